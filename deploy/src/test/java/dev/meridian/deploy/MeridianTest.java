package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line, as far as nothing is started. */
class MeridianTest {

  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void verifiesAFile() {
    assertThat(run("verify", "--config", "examples/three-regions/us-east.yaml")).isZero();
    assertThat(out).hasToString("examples/three-regions/us-east.yaml is valid\n");
  }

  @Test
  void saysWhatIsWrongWithAFile() throws Exception {
    Path file = Files.writeString(directory.resolve("us-east.yaml"), "clster: demo\n");

    assertThat(run("verify", "--config", file.toString())).isEqualTo(1);
    assertThat(err.toString()).startsWith(file + ":1: clster: unknown key: expected one of");
  }

  @Test
  void startsNothingWithAWrongFile() {
    String absent = directory.resolve("absent.yaml").toString();

    assertThat(run("serve", "--config", absent)).isEqualTo(1);
    assertThat(err).hasToString(absent + ": there is no such file\n");
  }

  @Test
  void restoresNothingButABackup() throws Exception {
    Path data = directory.resolve("data");
    Path file =
        Files.writeString(directory.resolve("us-east.yaml"), settings("control-plane", data));
    String backup = Files.writeString(directory.resolve("demo.backup"), "no backup").toString();

    assertThat(run("restore", "--from", backup, "--config", file.toString())).isEqualTo(1);
    assertThat(err).hasToString(backup + " is not a backup: it does not begin as one does\n");
    assertThat(data).doesNotExist();
  }

  @Test
  void restoresNothingForANodeAlone() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("node.yaml"), settings("node", directory.resolve("data")));

    assertThat(run("restore", "--from", "demo.backup", "--config", file.toString())).isEqualTo(1);
    assertThat(err.toString()).startsWith(file + ": roles: ").contains("expected control-plane");
  }

  private static String settings(String roles, Path data) {
    return """
    cluster: demo
    region: us-east
    roles: [%s]
    data: %s
    metadata: {peers: [{region: us-east, raft: "127.0.0.1:5300", grpc: "127.0.0.1:5200"}]}
    storage: {filesystem: {rootdirectory: %s/blobs}}
    """
        .formatted(roles, data, data);
  }

  @Test
  void tellsItsVersion() {
    assertThat(run("version")).isZero();
    assertThat(out.toString()).startsWith("meridian ").contains("JDK 25");
  }

  @Test
  void explainsWrongUsage() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("serve")).isEqualTo(2);
    assertThat(run("restore", "--config", "us-east.yaml")).isEqualTo(2);
    assertThat(run("dev", "--port", "70000")).isEqualTo(2);
    assertThat(run("dev", "--regions", "eu,eu")).isEqualTo(2);
    assertThat(err.toString())
        .contains("Missing required option: '--config=FILE'")
        .contains("port 70000 is not valid: expected 1 to 65135")
        .contains("regions eu,eu are not valid: expected different names");
  }

  private int run(String... arguments) {
    return Meridian.run(
        Meridian.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true)),
        arguments);
  }
}
