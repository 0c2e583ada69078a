package dev.meridian.controlplane.apply;

import dev.meridian.controlplane.apply.access.TagRules;
import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Meta;
import dev.meridian.controlplane.store.Tables.Nothing;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.log.CreateRepository;
import dev.meridian.proto.log.DeleteRepository;
import dev.meridian.proto.store.PurgeRecord;
import dev.meridian.proto.store.RepositoryRecord;
import java.util.Optional;

/** Repositories and what is counted in them. */
final class RepositoryCommands {

  private final CommandContext context;

  RepositoryCommands(CommandContext context) {
    this.context = context;
  }

  /** Nothing happens when the repository is there. */
  Outcome create(CreateRepository command) {
    findOrCreate(RepositoryName.parse(command.getRepository()));
    return Outcome.ACCEPTED;
  }

  /** The name is free at once; the rows of its id are cleared by commands that follow. */
  Outcome delete(DeleteRepository command) {
    RepositoryName name = RepositoryName.parse(command.getRepository());
    Optional<Repository> repository = find(name);
    if (repository.isEmpty()) {
      return Outcome.rejected(Rejection.repositoryUnknown(name));
    }
    Optional<Rejection> immutable =
        new TagRules(context.rows()).violation(repository.get().id(), name);
    if (immutable.isPresent()) {
      return Outcome.rejected(immutable.get());
    }
    context.rows().delete(Tables.REPOSITORIES, name);
    context.rows().delete(Tables.REPOSITORY_IDS, repository.get().id());
    context.rows().delete(Tables.CATALOG, name);
    context
        .rows()
        .put(
            Tables.PURGES,
            repository.get().id(),
            PurgeRecord.newBuilder()
                .setRepository(name.value())
                .setRevision(context.revision())
                .build());
    return Outcome.ACCEPTED;
  }

  Optional<Repository> find(RepositoryName name) {
    return Repository.find(context.rows(), name);
  }

  /** Repositories come into being with the first thing that is pushed to them. */
  Repository findOrCreate(RepositoryName name) {
    return find(name).orElseGet(() -> createNew(name));
  }

  /** Adds to the counts of a repository; the catalog lists it while it holds a manifest. */
  void count(Repository repository, long manifests, long tags) {
    RepositoryRecord before =
        context.rows().get(Tables.REPOSITORIES, repository.name()).orElseThrow();
    RepositoryRecord after =
        before.toBuilder()
            .setManifests(before.getManifests() + manifests)
            .setTags(before.getTags() + tags)
            .build();
    context.rows().put(Tables.REPOSITORIES, repository.name(), after);
    if (before.getManifests() == 0 && after.getManifests() > 0) {
      context.rows().put(Tables.CATALOG, repository.name(), Nothing.NOTHING);
    } else if (before.getManifests() > 0 && after.getManifests() == 0) {
      context.rows().delete(Tables.CATALOG, repository.name());
    }
  }

  private Repository createNew(RepositoryName name) {
    RepositoryRecord record =
        RepositoryRecord.newBuilder()
            .setId(context.rows().increment(Meta.LAST_REPOSITORY))
            .setCreatedMs(context.wallTimeMillis())
            .setCreatedBy(context.principal())
            .build();
    context.rows().put(Tables.REPOSITORIES, name, record);
    context.rows().put(Tables.REPOSITORY_IDS, record.getId(), name);
    return Repository.of(name, record);
  }
}
