package dev.meridian.controlplane.cli;

import static dev.meridian.controlplane.cli.output.Field.count;
import static dev.meridian.controlplane.cli.output.Field.text;
import static dev.meridian.controlplane.cli.output.Field.time;

import dev.meridian.controlplane.cli.client.AdminClient;
import dev.meridian.controlplane.cli.client.Pages;
import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.admin.CreateRepositoryRequest;
import dev.meridian.proto.admin.DeleteRepositoryRequest;
import dev.meridian.proto.admin.GetRepositoryRequest;
import dev.meridian.proto.admin.ListRepositoriesReply;
import dev.meridian.proto.admin.ListRepositoriesRequest;
import dev.meridian.proto.admin.Repository;
import dev.meridian.proto.admin.RepositoryServiceGrpc;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Repositories. */
@Command(name = "repo", description = "Repositories: list, show, create, delete.")
final class RepositoryCommands {

  private final Session session;

  RepositoryCommands(Session session) {
    this.session = session;
  }

  @Command(name = "list", description = "Lists repositories, also those without a manifest.")
  void list(
      @Option(names = "--limit", paramLabel = "N", description = "At most so many.")
          Optional<Positive> limit) {
    AdminClient client = session.client(Session.QUERY);
    Pages<Repository> pages =
        new Pages<>(
            Positive.limit(limit),
            (last, most) -> {
              var request =
                  ListRepositoriesRequest.newBuilder()
                      .setLast(last.map(Repository::getRepository).orElse(""))
                      .setLimit(most)
                      .build();
              ListRepositoriesReply reply =
                  client.query(
                      RepositoryServiceGrpc::newBlockingV2Stub,
                      stub -> stub.listRepositories(request));
              return new Pages.Page<>(reply.getRepositoriesList(), reply.getMore());
            });
    session.printer().list("repositories", pages.map(RepositoryCommands::describe));
  }

  @Command(name = "show", description = "Describes a repository.")
  void show(@Parameters(paramLabel = "REPO") RepositoryName repository) {
    var request = GetRepositoryRequest.newBuilder().setRepository(repository.value()).build();
    Repository found =
        session
            .client(Session.QUERY)
            .query(
                RepositoryServiceGrpc::newBlockingV2Stub,
                stub -> stub.getRepository(request).getRepository());
    session.printer().item(describe(found));
  }

  @Command(name = "create", description = "Creates a repository; a push does so by itself.")
  void create(@Parameters(paramLabel = "REPO") RepositoryName repository) {
    var request = CreateRepositoryRequest.newBuilder().setRepository(repository.value());
    long revision =
        session
            .client(Session.COMMAND)
            .command(
                RepositoryServiceGrpc::newBlockingV2Stub,
                lookAt(repository),
                (stub, id) ->
                    stub.createRepository(request.setCommandId(id).build()).getRevision());
    done(repository, "created", revision);
  }

  @Command(
      name = "delete",
      description =
          "Deletes a repository with its tags and manifests. Its name is free at once; blobs that"
              + " nothing else references are collected later.")
  void delete(
      @Parameters(paramLabel = "REPO") RepositoryName repository,
      @Option(names = "--yes", description = "Do not ask.") boolean yes) {
    session.confirm(yes, "Delete repository " + repository + " with all its tags and manifests?");
    var request = DeleteRepositoryRequest.newBuilder().setRepository(repository.value());
    long revision =
        session
            .client(Session.COMMAND)
            .command(
                RepositoryServiceGrpc::newBlockingV2Stub,
                lookAt(repository),
                (stub, id) ->
                    stub.deleteRepository(request.setCommandId(id).build()).getRevision());
    done(repository, "deleted", revision);
  }

  private void done(RepositoryName repository, String what, long revision) {
    session
        .printer()
        .done(
            "repository " + repository + " " + what,
            Item.of(text("repository", repository.value()), count("revision", revision)));
  }

  private static String lookAt(RepositoryName repository) {
    return "see `meridianctl repo show " + repository + "` before you run it again";
  }

  private static Item describe(Repository repository) {
    return Item.of(
        text("repository", repository.getRepository()),
        count("tag_count", repository.getTags()),
        count("manifest_count", repository.getManifests()),
        time("created", repository.getCreated()),
        text("created_by", repository.getCreatedBy()));
  }
}
