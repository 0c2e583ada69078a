package dev.meridian.controlplane.cli.contexts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.controlplane.cli.client.AdminException;
import dev.meridian.controlplane.cli.client.ServerAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContextsFileTest {

  private static final ContextName DEMO = ContextName.parse("demo");

  @TempDir private Path directory;

  private ContextsFile file() {
    return new ContextsFile(directory.resolve("meridian/contexts.yaml"));
  }

  private static Context at(int port) {
    return Context.EMPTY.withServer(Optional.of(new ServerAddress("us-1.example", port)));
  }

  private ContextsFile written(String yaml) throws IOException {
    Files.createDirectories(file().path().getParent());
    Files.writeString(file().path(), yaml);
    return file();
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void isWhereTheEnvironmentSays() {
    assertThat(ContextsFile.of(Map.of())).isEmpty();
    assertThat(path("HOME", "/home/alice"))
        .hasToString("/home/alice/.config/meridian/contexts.yaml");
    assertThat(path("XDG_CONFIG_HOME", "/xdg", "HOME", "/home/alice"))
        .hasToString("/xdg/meridian/contexts.yaml");
    assertThat(path("XDG_CONFIG_HOME", "relative", "HOME", "/home/alice"))
        .hasToString("/home/alice/.config/meridian/contexts.yaml");
    assertThat(path("MERIDIAN_CONTEXTS", "/else/where.yaml", "XDG_CONFIG_HOME", "/xdg"))
        .hasToString("/else/where.yaml");
    assertThat(path("MERIDIAN_CONTEXTS", "", "XDG_CONFIG_HOME", "/xdg"))
        .hasToString("/xdg/meridian/contexts.yaml");
  }

  private static Path path(String variable, String value, String... more) {
    return ContextsFile.of(
            more.length == 0 ? Map.of(variable, value) : Map.of(variable, value, more[0], more[1]))
        .orElseThrow()
        .path();
  }

  @Test
  void holdsNothingWhereThereIsNone() throws IOException {
    assertThat(file().read()).isEqualTo(Contexts.NONE);
    assertThat(file().path()).doesNotExist();
    assertThat(written("").read()).isEqualTo(Contexts.NONE);
    assertThat(written("# nothing yet\n").read()).isEqualTo(Contexts.NONE);
    assertThat(written("contexts:\n").read()).isEqualTo(Contexts.NONE);
  }

  @Test
  void readsWhatItWrote() throws IOException {
    Context full =
        new GivenOptions(
                Optional.of(ServerAddress.parse("[::1]:5200")),
                Optional.of(Path.of("ca dir/ca: #1.crt")),
                Optional.of(Path.of("/alice.crt")),
                Optional.of(Path.of("../alice.key")),
                Optional.of("alice@example"))
            .over(Context.EMPTY);

    file()
        .change(contexts ->
            contexts
                .with(DEMO, full)
                .with(ContextName.parse("true"), Context.EMPTY)
                .with(ContextName.parse("1e3"), at(1))
                .using(DEMO));

    Contexts read = file().read();
    assertThat(read.current()).contains(DEMO);
    assertThat(read.byName().keySet()).extracting("value").containsExactly("1e3", "demo", "true");
    assertThat(read.get(DEMO)).isEqualTo(full);
    assertThat(read.get(DEMO).ca()).contains(Path.of("ca dir/ca: #1.crt").toAbsolutePath());
    assertThat(read.get(DEMO).key().orElseThrow()).isAbsolute();
  }

  @Test
  void readsWhatPeopleWrite() throws IOException {
    Contexts read =
        written(
                """
                # mine
                contexts:
                  demo:
                    server: us-1.example:5200   # the nearest
                    ca: /etc/ca.crt
                    user: alice
                  prod: {server: "eu-1.example:5200"}
                current: prod
                """)
            .read();

    assertThat(read.current()).contains(ContextName.parse("prod"));
    assertThat(read.get(DEMO).server()).contains(ServerAddress.parse("us-1.example:5200"));
    assertThat(read.get(DEMO).user()).map(Object::toString).contains("alice");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "contexts: [a] | 1: expected contexts by their names, each with a value",
        "text | 1: expected contexts and current, each with a value",
        "contexts:\\n  a: {server: x} | 2: context a: server: \"x\" is not an address: expected",
        "contexts:\\n"
            + "  a:\\n"
            + "    sever: x:1 | 3: context a: unknown key 'sever': expected server, ca",
        "contexts:\\n  a:\\n    ca: x.crt | 3: context a: ca: \"x.crt\": expected an absolute path",
        "contexts:\\n  a:\\n    user: a:b | 3: context a: user: account name",
        "contexts:\\n  a:\\n    key: [/x] | 3: context a: key: expected one value, written out",
        "contexts:\\n  a:\\n    password: s3cret | 3: context a: a password does not belong",
        "contexts:\\n  a:\\n  a: | 3: 'a' is given twice: expected once",
        "contexts:\\n  a: &x {user: a}\\n  b: *x | 3: expected context b: keys",
        "contexts:\\n  a b: {} | 2: contexts: \"a b\" is not the name of a context: expected at",
        "current: b\\ncontexts:\\n  a: | 1: current: there is no context b: expected a",
        "context:\\n  a: | 2: unknown key 'context': expected contexts or current",
        "contexts: {}\\n---\\ncontexts: {} | 3: a second document: expected only one",
        "contexts:\\n  a: {server | : not valid YAML: ",
      })
  void namesTheLineOfWhatIsWrong(String yaml, String message) throws IOException {
    ContextsFile wrong = written(yaml.replace("\\n", "\n"));

    assertThatThrownBy(wrong::read)
        .isInstanceOf(AdminException.class)
        .hasMessageStartingWith(wrong + ":")
        .hasMessageContaining(message)
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> wrong.change(contexts -> contexts.with(DEMO, at(1))))
        .isInstanceOf(AdminException.class);
    assertThat(wrong.path()).hasContent(yaml.replace("\\n", "\n"));
  }

  @Test
  void isNamedWhenItIsNoText() throws IOException {
    written("");
    Files.write(file().path(), new byte[] {'a', (byte) 0xff});

    assertThatThrownBy(file()::read)
        .hasMessage(file() + " is not text in UTF-8: expected contexts" + " in YAML");
    ContextsFile folder = new ContextsFile(directory);
    assertThatThrownBy(folder::read).hasMessageStartingWith("cannot read " + directory);
    assertThatThrownBy(() -> folder.change(contexts -> contexts))
        .hasMessage(directory + " is a directory: expected the name of a file");
  }

  @Test
  void isForItsOwnerOnly() throws IOException {
    file().change(contexts -> contexts.with(DEMO, at(1)));

    assertThat(mode(file().path())).isEqualTo("rw-------");
    assertThat(mode(file().path().getParent())).isEqualTo("rwx------");

    Files.setPosixFilePermissions(file().path(), PosixFilePermissions.fromString("rw-r--r--"));
    file().change(contexts -> contexts.with(DEMO, at(2)));
    assertThat(mode(file().path())).isEqualTo("rw-------");
  }

  @Test
  void isReplacedAsAWhole() throws IOException {
    file().change(contexts -> contexts.with(DEMO, at(1)));
    Object before = Files.getAttribute(file().path(), "unix:ino");
    byte[] text = Files.readAllBytes(file().path());
    Path held = Files.createLink(directory.resolve("held"), file().path());

    file().change(contexts -> contexts.with(DEMO, at(2)));

    assertThat(Files.getAttribute(file().path(), "unix:ino")).isNotEqualTo(before);
    assertThat(held).hasBinaryContent(text);
    assertThatThrownBy(() -> file().change(contexts -> contexts.using(ContextName.parse("x"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no context x: expected demo");
    assertThat(file().read().get(DEMO)).isEqualTo(at(2));
    try (Stream<Path> all = Files.list(file().path().getParent())) {
      assertThat(all.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("contexts.yaml", ".contexts.yaml.lock");
    }
  }

  @Test
  void staysALinkToWhereItIsKept() throws IOException {
    Path kept = Files.writeString(directory.resolve("kept.yaml"), "contexts: {}\n");
    Path link = Files.createSymbolicLink(directory.resolve("link.yaml"), kept);

    new ContextsFile(link).change(contexts -> contexts.with(DEMO, at(1)));

    assertThat(link).isSymbolicLink();
    assertThat(new ContextsFile(kept).read().get(DEMO)).isEqualTo(at(1));
  }

  @Test
  void losesNoneOfSeveralChangesAtOnce() throws Exception {
    int many = 24;
    IntFunction<ContextName> name = i -> ContextName.parse("c" + i);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<? extends Future<?>> changes =
          IntStream.range(0, many)
              .mapToObj(i ->
                  threads.submit(
                      () -> file().change(contexts -> contexts.with(name.apply(i), at(i + 1)))))
              .toList();
      for (Future<?> change : changes) {
        change.get();
      }
    }
    assertThat(file().read().byName()).hasSize(many);
  }

  @Test
  void listsTheContextsThatAreThere() {
    Contexts contexts = Contexts.NONE.with(ContextName.parse("prod"), at(1)).with(DEMO, at(2));
    ContextName absent = ContextName.parse("x");

    assertThatThrownBy(() -> contexts.get(absent))
        .hasMessage("there is no context x: expected one of demo, prod");
    assertThatThrownBy(() -> Contexts.NONE.get(absent))
        .hasMessage(
            "there is no context x: expected one that `meridianctl context set` made, but there is"
                + " none");
    assertThat(contexts.using(DEMO).without(DEMO).current()).isEmpty();
    assertThat(contexts.using(DEMO).without(ContextName.parse("prod")).current()).contains(DEMO);
  }
}
