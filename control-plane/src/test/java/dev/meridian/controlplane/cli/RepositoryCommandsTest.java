package dev.meridian.controlplane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.proto.admin.CreateRepositoryRequest;
import dev.meridian.proto.admin.DeleteRepositoryRequest;
import dev.meridian.proto.admin.ListRepositoriesRequest;
import dev.meridian.proto.admin.Repository;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RepositoryCommandsTest {

  private final FakeRepositories repositories = new FakeRepositories();
  private final FakeServer server = FakeServer.of(repositories);

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void listsAllPages() {
    IntStream.range(0, 700)
        .mapToObj("team/app-%03d"::formatted)
        .map(RepositoryCommandsTest::repository)
        .forEach(repositories.repositories::add);

    Ran ran = server.run("repo", "list", "-o", "json");

    assertThat(ran.json().at("/repositories").size()).isEqualTo(700);
    assertThat(ran.json().at("/repositories/0").propertyNames())
        .containsExactly("repository", "tag_count", "manifest_count", "created", "created_by");
    assertThat(repositories.all(ListRepositoriesRequest.class))
        .extracting(ListRepositoriesRequest::getLast)
        .containsExactly("", "team/app-499");
  }

  @Test
  void showsARepository() {
    repositories.repositories.add(repository("demo/app"));

    assertThat(server.run("repo", "show", "demo/app").out())
        .isEqualTo(
            """
            repository: demo/app
            tag count: 2
            manifest count: 5
            created: 2026-11-23T10:00:00Z
            created by: alice
            """);
    assertThat(server.run("repo", "show", "demo/web"))
        .isEqualTo(new Ran(1, "", "meridianctl: repository demo/web does not exist\n"));
  }

  @Test
  void createsARepository() {
    Ran ran = server.run("repo", "create", "demo/app");

    assertThat(ran).isEqualTo(new Ran(0, "repository demo/app created\n", ""));
    CreateRepositoryRequest request = repositories.only(CreateRepositoryRequest.class);
    assertThat(request.getRepository()).isEqualTo("demo/app");
    assertThat(FakeServer.isCommandId(request.getCommandId())).isTrue();
  }

  @Test
  void deletesWhatIsConfirmed() {
    Ran asked = server.typing("y\n", "repo", "delete", "demo/app", "-o", "json");

    assertThat(asked.code()).isZero();
    assertThat(asked.err())
        .startsWith("Delete repository demo/app with all its tags and manifests? [y/N] ");
    assertThat(asked.json().propertyNames()).containsExactly("repository", "revision");
    assertThat(server.run("repo", "delete", "demo/app", "--yes").code()).isZero();
    assertThat(repositories.all(DeleteRepositoryRequest.class))
        .hasSize(2)
        .allMatch(request -> request.getRepository().equals("demo/app"));
  }

  @Test
  void deletesNothingThatIsNotConfirmed() {
    Ran no = server.typing("n\n", "repo", "delete", "demo/app");
    Ran end = server.typing("", "repo", "delete", "demo/app");
    Ran nobody = server.run("repo", "delete", "demo/app");

    assertThat(no.code()).isEqualTo(1);
    assertThat(no.err()).endsWith("meridianctl: not confirmed, nothing was done\n");
    assertThat(end.code()).isEqualTo(1);
    assertThat(nobody.code()).isEqualTo(2);
    assertThat(nobody.err()).contains("--yes is needed where nobody can be asked");
    assertThat(repositories.requests).isEmpty();
  }

  private static Repository repository(String name) {
    return Repository.newBuilder()
        .setRepository(name)
        .setCreated(FakeServer.TIME)
        .setCreatedBy("alice")
        .setTags(2)
        .setManifests(5)
        .build();
  }
}
