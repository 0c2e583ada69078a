package dev.meridian.controlplane.query;

import dev.meridian.controlplane.query.Queries.Page;
import dev.meridian.controlplane.store.KeyRange;
import dev.meridian.controlplane.store.ReadView;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.RepositoryName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Finds repositories that hold a manifest by a part of their name. */
public final class RepositorySearch {

  /** So many names are looked at for one search, however many there are. */
  static final int LOOKED_AT = 50_000;

  private final ReadView view;

  RepositorySearch(ReadView view) {
    this.view = view;
  }

  /**
   * First those whose name begins with the term, then others that hold it, each in the order of
   * names. More says that others were found, or that not all names were looked at.
   *
   * @param readable what the reader may pull from; nothing else is found
   */
  public Page<RepositoryName> find(String term, Predicate<RepositoryName> readable, int limit) {
    Scan scan = new Scan(readable, Math.min(limit, Queries.MAX_PAGE));
    scan.look(Tables.repositoriesWith(term), name -> true);
    if (!term.isEmpty() && !scan.more) {
      scan.look(
          Tables.repositoriesWith(""),
          name -> name.value().contains(term) && !name.value().startsWith(term));
    }
    return new Page<>(scan.found, scan.more);
  }

  private final class Scan {

    private final Predicate<RepositoryName> readable;
    private final int limit;
    private final List<RepositoryName> found = new ArrayList<>();
    private int looked;
    private boolean more;

    Scan(Predicate<RepositoryName> readable, int limit) {
      this.readable = readable;
      this.limit = limit;
    }

    void look(KeyRange<RepositoryName> range, Predicate<RepositoryName> wanted) {
      view.visit(Tables.CATALOG, range, row -> look(row.key(), wanted));
    }

    private boolean look(RepositoryName name, Predicate<RepositoryName> wanted) {
      if (looked == LOOKED_AT) {
        more = true;
        return false;
      }
      looked++;
      if (!wanted.test(name) || !readable.test(name)) {
        return true;
      }
      if (found.size() == limit) {
        more = true;
        return false;
      }
      found.add(name);
      return true;
    }
  }
}
