package dev.meridian.controlplane.query;

import dev.meridian.access.AccessRules;
import dev.meridian.access.Action;
import dev.meridian.access.Identity;
import dev.meridian.controlplane.apply.access.Identities;
import dev.meridian.controlplane.store.KeyRange;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Rows;
import dev.meridian.controlplane.store.Table;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What somebody may pull from in one state, and the short way through it: of neighbours that may
 * not be read, and are alike by all rules, only the first is looked at. So what a list costs
 * depends on the rules and on what may be read, not on how much there is besides, and a page is
 * never cut short because of that.
 */
public final class ReadableRepositories implements Predicate<RepositoryName> {

  /** Sees what is looked at, in order. */
  interface Visitor<V> {
    /**
     * @return whether to go on
     */
    boolean look(Row<RepositoryName, V> row, boolean readable);
  }

  private final Rows rows;
  private final Predicate<RepositoryName> readable;
  private final Function<String, Optional<String>> places;

  /**
   * @param places after a name that may not be read: the next one that perhaps may
   */
  private ReadableRepositories(
      Rows rows, Predicate<RepositoryName> readable, Function<String, Optional<String>> places) {
    this.rows = rows;
    this.readable = readable;
    this.places = places;
  }

  /** All repositories. */
  static ReadableRepositories all(Rows rows) {
    return new ReadableRepositories(rows, name -> true, name -> Optional.empty());
  }

  /** No repository. */
  static ReadableRepositories none(Rows rows) {
    return new ReadableRepositories(rows, name -> false, name -> Optional.empty());
  }

  /** What somebody may pull from by an edge in this region. */
  static ReadableRepositories by(Rows rows, Identity identity, RegionId region) {
    Identities identities = new Identities(rows);
    return new ReadableRepositories(
        rows,
        name ->
            AccessRules.decide(
                    identity, name, () -> identities.visibilityOf(name), Action.PULL, region)
                .isAllowed(),
        new RulePlaces(rows, identity.grants())::after);
  }

  /** Whether this one may be read; it need not exist. */
  @Override
  public boolean test(RepositoryName name) {
    return readable.test(name);
  }

  /** Shows all of a range that may be read, and as little as possible of the rest. */
  <V> void visit(
      Table<RepositoryName, V> table, KeyRange<RepositoryName> range, Visitor<V> visitor) {
    AtomicReference<String> hidden = new AtomicReference<>();
    Optional<KeyRange<RepositoryName>> left = Optional.of(range);
    while (left.isPresent()) {
      hidden.set(null);
      rows.visit(
          table,
          left.get(),
          row -> {
            boolean known = test(row.key());
            boolean more = visitor.look(row, known);
            if (more && !known) {
              hidden.set(row.key().value());
            }
            return more && known;
          });
      left =
          Optional.ofNullable(hidden.get())
              .flatMap(places)
              .map(place -> range.from(place.getBytes(StandardCharsets.UTF_8)));
    }
  }
}
