package dev.meridian.controlplane.query;

import dev.meridian.controlplane.query.Queries.Page;
import dev.meridian.controlplane.store.KeyRange;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.RepositoryName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Finds repositories that hold a manifest by a part of their name. */
public final class RepositorySearch {

  /** So many names are looked at for one search, however many may be read. */
  static final int LOOKED_AT = 50_000;

  private RepositorySearch() {}

  /**
   * First those whose name begins with the term, then others that hold it, each in the order of
   * names. More says that others were found, or that not all names were looked at.
   *
   * @param readable what the reader may pull from; nothing else is found
   */
  public static Page<RepositoryName> find(String term, ReadableRepositories readable, int limit) {
    Scan scan = new Scan(readable, Math.min(limit, Queries.MAX_PAGE));
    scan.look(Tables.repositoriesWith(term), name -> true);
    if (!term.isEmpty() && !scan.more) {
      scan.look(
          Tables.repositoriesWith(""),
          name -> name.value().contains(term) && !name.value().startsWith(term));
    }
    return new Page<>(scan.found, scan.more);
  }

  private static final class Scan {

    private final ReadableRepositories readable;
    private final int limit;
    private final List<RepositoryName> found = new ArrayList<>();
    private int looked;
    private boolean more;

    Scan(ReadableRepositories readable, int limit) {
      this.readable = readable;
      this.limit = limit;
    }

    void look(KeyRange<RepositoryName> range, Predicate<RepositoryName> wanted) {
      readable.visit(
          Tables.CATALOG,
          range,
          (row, visible) -> look(row.key(), visible && wanted.test(row.key())));
    }

    private boolean look(RepositoryName name, boolean wanted) {
      if (looked == LOOKED_AT) {
        more = true;
        return false;
      }
      looked++;
      if (!wanted) {
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
