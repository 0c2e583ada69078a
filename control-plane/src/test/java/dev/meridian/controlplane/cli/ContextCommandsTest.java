package dev.meridian.controlplane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Contexts, and which of several sayings counts. */
class ContextCommandsTest {

  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("contexts.yaml");
  }

  private Ran run(String... arguments) {
    return with(Map.of(), arguments);
  }

  private Ran with(Map<String, String> more, String... arguments) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("MERIDIAN_CONTEXTS", file().toString());
    return Ran.with(environment, arguments);
  }

  private void set(String name, String... options) {
    String[] all = new String[options.length + 3];
    System.arraycopy(new String[] {"context", "set", name}, 0, all, 0, 3);
    System.arraycopy(options, 0, all, 3, options.length);
    Ran ran = run(all);
    assertThat(ran.code()).as(ran.err()).isZero();
  }

  @Test
  void areMadeShownUsedAndDeleted() {
    assertThat(run("context", "list")).isEqualTo(new Ran(0, "", "no contexts\n"));
    assertThat(run("context", "set", "demo", "--server", "us-1.example:5200", "--user", "alice"))
        .isEqualTo(new Ran(0, "context demo is set, in " + file() + "\n", ""));
    set("prod", "--server", "eu-1.example:5200");
    assertThat(run("context", "use", "demo").out())
        .isEqualTo("context demo is the current one, in " + file() + "\n");

    assertThat(run("context", "list").out())
        .isEqualTo(
            """
            NAME  CURRENT  SERVER             CA  CERT  KEY  USER
            demo  yes      us-1.example:5200  -   -     -    alice
            prod  no       eu-1.example:5200  -   -     -    -
            """);
    assertThat(run("context", "show").out()).contains("name: demo", "user: alice", "file: ");
    assertThat(run("context", "show", "prod").out()).contains("server: eu-1.example:5200");
    assertThat(run("context", "delete", "demo").out())
        .isEqualTo("context demo deleted, no context is current now\n");
    assertThat(run("context", "show"))
        .isEqualTo(
            new Ran(
                1,
                "",
                "meridianctl: "
                    + file()
                    + ": no context is current: expected NAME, --context, MERIDIAN_CONTEXT or"
                    + " `meridianctl context use NAME` before\n"));
  }

  @Test
  void arePrintedForPrograms() {
    set("demo", "--server", "us-1.example:5200");
    set("prod", "--user", "bob");
    run("context", "use", "demo");

    JsonNode json = run("context", "list", "-o", "json").json();
    assertThat(json).isEqualTo(run("context", "list", "-o", "yaml").yaml());
    assertThat(json.at("/contexts/0").propertyNames())
        .containsExactly("name", "current", "server", "ca", "cert", "key", "user");
    assertThat(json.at("/contexts/0/current").asBoolean()).isTrue();
    assertThat(json.at("/contexts/1/current").asBoolean()).isFalse();
    JsonNode other =
        with(Map.of("MERIDIAN_CONTEXT", "prod"), "context", "list", "-o", "json").json();
    assertThat(other.at("/contexts/1/current").asBoolean()).isTrue();
    assertThat(run("context", "show", "-o", "json").json().at("/file").asString())
        .isEqualTo(file().toString());
    assertThat(run("context", "delete", "demo", "-o", "json").json().at("/name").asString())
        .isEqualTo("demo");
  }

  @Test
  void changeOnlyInWhatIsGiven() throws IOException {
    set("demo", "--server", "us-1.example:5200", "--ca", "ca.crt", "--user", "alice");
    set("demo", "--server", "eu-1.example:5200");

    JsonNode changed = run("context", "show", "demo", "-o", "json").json();
    assertThat(changed.at("/server").asString()).isEqualTo("eu-1.example:5200");
    assertThat(changed.at("/ca").asString()).isEqualTo(Path.of("ca.crt").toAbsolutePath() + "");
    assertThat(changed.at("/user").asString()).isEqualTo("alice");

    set("demo", "--ca", "", "--user", "");
    assertThat(run("context", "show", "demo").out()).contains("ca: -", "user: -", "eu-1.example");

    // The environment is not what is given: it holds for this shell only.
    with(
        Map.of("MERIDIAN_CA", "/x", "MERIDIAN_PASSWORD", "a secret"),
        "context",
        "set",
        "demo",
        "--user",
        "bob");
    assertThat(Files.readString(file())).contains("bob").doesNotContain("/x", "a secret");
  }

  @Test
  void refuseWhatCannotBe() {
    Ran nothing = run("context", "set", "demo");
    Ran login = run("context", "set", "demo", "--user", "alice:secret");
    Ran name = run("context", "set", "a/b", "--user", "alice");
    assertThat(nothing.code()).isEqualTo(2);
    assertThat(nothing.err()).contains("expected --server, --ca, --cert, --key or --user");
    assertThat(login.code()).isEqualTo(2);
    assertThat(login.err()).contains("--user: account name");
    assertThat(name.code()).isEqualTo(2);
    assertThat(name.err()).contains("\"a/b\" is not the name of a context");
    assertThat(file()).doesNotExist();

    Ran nowhere = Ran.of("context", "set", "demo", "--user", "alice");
    assertThat(nowhere.code()).isEqualTo(2);
    assertThat(nowhere.err()).contains("expected MERIDIAN_CONTEXTS, XDG_CONFIG_HOME or HOME");
    assertThat(Ran.of("--context", "demo", "repo", "list").code()).isEqualTo(2);
  }

  @Test
  void thatAreNotThereAreToldWithThoseThatAre() {
    set("demo", "--server", "us-1.example:5200");
    set("prod", "--server", "eu-1.example:5200");
    String told = file() + ": there is no context stage: expected one of demo, prod\n";

    for (String verb : new String[] {"use", "show", "delete"}) {
      assertThat(run("context", verb, "stage")).isEqualTo(new Ran(1, "", "meridianctl: " + told));
    }
    Ran option = run("--context", "stage", "repo", "list");
    assertThat(option.code()).isEqualTo(2);
    assertThat(option.err()).startsWith("meridianctl: --context: " + told);
    Ran variable = with(Map.of("MERIDIAN_CONTEXT", "stage"), "repo", "list");
    assertThat(variable.code()).isEqualTo(2);
    assertThat(variable.err()).startsWith("meridianctl: MERIDIAN_CONTEXT: " + told);
    // Also where the context has nothing left to say.
    assertThat(
            run(
                    "--context",
                    "stage",
                    "--server",
                    "a:1",
                    "--ca",
                    "",
                    "--cert",
                    "",
                    "--key",
                    "",
                    "--user",
                    "",
                    "repo",
                    "list")
                .code())
        .isEqualTo(2);
  }

  @Test
  void theOptionCountsThenTheVariableThenTheContext() {
    String option = FakeServer.closedPort();
    String variable = FakeServer.closedPort();
    set("first", "--server", FakeServer.closedPort());
    set("second", "--server", FakeServer.closedPort());
    Map<String, String> server = Map.of("MERIDIAN_SERVER", variable);
    String[] list = {"repo", "list"};

    assertThat(run(list).err()).contains("at 127.0.0.1:5200");
    run("context", "use", "first");
    assertThat(run(list).err()).contains("at " + server("first"));
    assertThat(with(Map.of("MERIDIAN_CONTEXT", "second"), list).err())
        .contains("at " + server("second"));
    assertThat(
            with(Map.of("MERIDIAN_CONTEXT", "second"), "--context", "first", "repo", "list").err())
        .contains("at " + server("first"));
    assertThat(run("--context", "", "repo", "list").err()).contains("at 127.0.0.1:5200");
    assertThat(with(server, "--context", "second", "repo", "list").err())
        .contains("at " + variable);
    assertThat(with(server, "--context", "second", "repo", "list", "--server", option).err())
        .contains("at " + option);
  }

  private String server(String name) {
    return run("context", "show", name, "-o", "json").json().at("/server").asString();
  }

  @Test
  void sayWhoLogsIn() {
    FakeAccess access = new FakeAccess();
    try (FakeServer server = FakeServer.of(access.noting(), access)) {
      set("demo", "--server", server.address(), "--user", "alice");
      Map<String, String> password = Map.of("MERIDIAN_PASSWORD", "a long password");

      assertThat(with(password, "--context", "demo", "user", "list").code()).isZero();
      assertThat(access.logins.getLast()).isEqualTo("alice:a long password");
      with(password, "--context", "demo", "--user", "bob", "user", "list");
      assertThat(access.logins.getLast()).isEqualTo("bob:a long password");
      int before = access.logins.size();
      assertThat(run("--context", "demo", "--user", "", "user", "list").code()).isZero();
      assertThat(access.logins.subList(before, access.logins.size()))
          .noneMatch(login -> login.contains(":"));
      assertThat(run("--context", "demo", "user", "list").err()).contains("a password is needed");
    }
  }

  @Test
  void areNamedWhereTheirFilesAreWrong() {
    set("demo", "--ca", directory + "/no.crt");
    set("half", "--ca", directory + "/no.crt", "--cert", directory + "/alice.crt");
    String where = " of the context demo in " + file();

    assertThat(run("--context", "demo", "raft", "status"))
        .isEqualTo(
            new Ran(
                1, "", "meridianctl: ca" + where + ": " + directory + "/no.crt does not exist\n"));
    assertThat(with(Map.of("MERIDIAN_CA", "/nope"), "--context", "demo", "raft", "status").err())
        .isEqualTo("meridianctl: MERIDIAN_CA: /nope does not exist\n");
    Ran half = run("--context", "half", "raft", "status");
    assertThat(half.code()).isEqualTo(2);
    assertThat(half.err()).contains("only cert of the context half in " + file() + " is given");
    // Without its authority the connection is in plain text.
    assertThat(
            run(
                    "--context",
                    "demo",
                    "--ca",
                    "",
                    "--server",
                    FakeServer.closedPort(),
                    "repo",
                    "list")
                .err())
        .contains("the connection is refused");
  }

  @Test
  void areNotUsedWhenTheFileIsWrong() throws IOException {
    Files.writeString(file(), "contexts:\n  demo:\n    server: here\n");

    for (String[] arguments : new String[][] {{"repo", "list"}, {"context", "use", "demo"}}) {
      Ran ran = run(arguments);
      assertThat(ran.code()).isEqualTo(1);
      assertThat(ran.err())
          .isEqualTo(
              "meridianctl: "
                  + file()
                  + ":3: context demo: server: \"here\" is not an address: expected HOST:PORT, such"
                  + " as 127.0.0.1:5200\n");
    }
    assertThat(run("certs", "init", "--out", directory + "/ca").code()).isZero();
    assertThat(run("completion").out())
        .contains("_picocli_meridianctl_context_use", "_picocli_meridianctl_context_set")
        .contains("--context");
  }
}
