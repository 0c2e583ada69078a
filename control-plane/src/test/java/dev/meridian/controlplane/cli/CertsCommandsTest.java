package dev.meridian.controlplane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class CertsCommandsTest {

  @TempDir private Path directory;

  private Ran init() {
    return Ran.of("certs", "init", "--out", ca(), "--cluster", "demo");
  }

  private String ca() {
    return directory.resolve("ca").toString();
  }

  private Ran issue(String role, String name, String... more) {
    String[] arguments = {
      "certs", "issue", "--ca", ca(), "--role", role, "--name", name, "--out", directory.toString()
    };
    String[] all = new String[arguments.length + more.length];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return Ran.of(all);
  }

  @Test
  void makesAnAuthorityOnce() throws Exception {
    Ran first = init();
    byte[] key = Files.readAllBytes(directory.resolve("ca/ca.key"));
    Ran second = init();

    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out()).contains("the authority of the cluster demo, until ");
    assertThat(second.code()).isEqualTo(1);
    assertThat(second.err())
        .isEqualTo(
            "meridianctl: "
                + ca()
                + "/ca.crt exists already, and is not overwritten: nothing was done\n");
    assertThat(Files.readAllBytes(directory.resolve("ca/ca.key"))).isEqualTo(key);
  }

  @Test
  void issuesToProcessesListenersAndOperators() {
    init();

    Ran process = issue("node,server", "us-east", "--host", "us.example,10.0.0.1");
    Ran listener = issue("http", "registry", "--host", "registry.example", "--days", "90");
    Ran operator = issue("operator", "alice", "-o", "json");

    assertThat(process.code()).as(process.err()).isZero();
    assertThat(process.out()).contains("us-east.key: node and server of demo, until ");
    assertThat(listener.code()).as(listener.err()).isZero();
    JsonNode told = operator.json();
    assertThat(told.path("key").asString()).isEqualTo(directory.resolve("alice.key").toString());
    assertThat(told.path("cluster").asString()).isEqualTo("demo");
    assertThat(directory.resolve("alice.crt")).exists();
  }

  @Test
  void refusesWhatItCannotIssue() {
    init();

    assertThat(issue("nobody", "x", "--host", "a").err())
        .startsWith("meridianctl: the role \"nobody\" is not valid: expected node, server");
    assertThat(issue("http,node", "x", "--host", "a").code()).isEqualTo(2);
    assertThat(issue("node", "x").err()).startsWith("meridianctl: a host is missing");
    assertThat(issue("node", "../x", "--host", "a").err()).contains("the name \"../x\"");
    assertThat(issue("node", "x", "--host", "a b").err()).contains("the host \"a b\"");
    assertThat(issue("node", "x", "--host", "a", "--days", "0").code()).isEqualTo(2);
    assertThat(Ran.of("certs", "issue", "--role", "node", "--name", "x", "--out", "y").err())
        .contains("Missing required option: '--ca=DIR'");
    assertThat(directory.resolve("x.key")).doesNotExist();
  }

  @Test
  void certificatesForTheConnectionBelongTogether() {
    Ran alone = Ran.of("--cert", "a.crt", "raft", "status");
    Ran untrusting = Ran.of("--cert", "a.crt", "--key", "a.key", "raft", "status");
    Ran absent = Ran.with(Map.of("MERIDIAN_CA", directory + "/no.crt"), "raft", "status");

    assertThat(alone.code()).isEqualTo(2);
    assertThat(alone.err()).contains("--cert and --key belong together");
    assertThat(untrusting.err()).contains("--ca is missing");
    assertThat(absent)
        .isEqualTo(
            new Ran(1, "", "meridianctl: MERIDIAN_CA: " + directory + "/no.crt does not exist\n"));
  }

  @Test
  void saysThatAServerSpeaksPlainText() {
    init();
    try (FakeServer server = FakeServer.of(new FakeRaft())) {
      Ran ran = Ran.of("--server", server.address(), "--ca", ca() + "/ca.crt", "raft", "status");

      assertThat(ran.code()).isEqualTo(3);
      assertThat(ran.err())
          .isEqualTo(
              "meridianctl: cannot talk to the server at "
                  + server.address()
                  + ": it speaks plain text: leave out --ca, --cert and --key, or make them empty"
                  + " (--ca '') where variables or a context say them\n");
    }
  }
}
