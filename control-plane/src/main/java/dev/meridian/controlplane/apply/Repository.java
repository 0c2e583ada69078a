package dev.meridian.controlplane.apply;

import dev.meridian.controlplane.store.Rows;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.store.RepositoryRecord;
import java.util.Optional;

/**
 * A repository that exists.
 *
 * @param id of its rows; never used again
 */
public record Repository(long id, RepositoryName name) {

  /** The repository that has this name now. */
  public static Optional<Repository> find(Rows rows, RepositoryName name) {
    return rows.get(Tables.REPOSITORIES, name).map(record -> of(name, record));
  }

  static Repository of(RepositoryName name, RepositoryRecord record) {
    return new Repository(record.getId(), name);
  }
}
