package dev.meridian.controlplane.raft;

import static dev.meridian.controlplane.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import dev.meridian.controlplane.apply.CommandApplier;
import dev.meridian.model.Reference;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.PutManifest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that are not as they were left: the server has what it acknowledged, or stops with a
 * sentence that says what to do.
 */
class DamagedFilesIT {

  private static final RegionId REGION = RegionId.parse("us-east");
  private static final RepositoryName REPOSITORY = RepositoryName.parse("demo/app");
  private static final int TAGS = 300;

  @TempDir Path root;
  private final List<String> halts = new CopyOnWriteArrayList<>();
  private String address;

  @BeforeEach
  void fill() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      address = "127.0.0.1:" + socket.getLocalPort();
    }
    try (RaftNode node = start()) {
      for (int i = 0; i < TAGS; i++) {
        put(node, i);
        if (i == TAGS / 2) {
          assertThat(node.changes().takeSnapshot(deadline())).isPositive();
        }
      }
    }
  }

  private static Deadline deadline() {
    return Deadline.in(Duration.ofSeconds(20));
  }

  private RaftNode start() throws IOException {
    RaftSettings settings =
        new RaftSettings(
            "demo",
            REGION,
            root.resolve("data"),
            List.of(new RaftSettings.Member(REGION, address)),
            Duration.ofMillis(60),
            50_000,
            Duration.ofMinutes(1),
            Duration.ofHours(1),
            128L << 20,
            4L << 30,
            16 << 10);
    RaftNode node =
        new RaftNode(
            settings,
            RaftTls.NONE,
            new CommandApplier(),
            (reason, cause) -> halts.add(reason),
            time -> {});
    if (!node.isEnrolled()) {
      node.enrolFounder();
    }
    node.start();
    return node;
  }

  private static void put(RaftNode node, int i) {
    String digest = "sha256:" + "%064x".formatted(i + 1);
    Command command =
        Command.newBuilder()
            .setId(ByteString.copyFromUtf8("%016d".formatted(i)))
            .setPutManifest(
                PutManifest.newBuilder()
                    .setRepository(REPOSITORY.value())
                    .setDigest(digest)
                    .setMediaType("application/vnd.oci.image.index.v1+json")
                    .setContent(ByteString.copyFromUtf8("{}".repeat(50)))
                    .addTags("t" + i))
            .build();
    assertThat(node.gateway().execute(command, deadline()))
        .isInstanceOf(CommandGateway.Result.Decided.class);
  }

  /** All that was acknowledged is there. */
  private static void assertWhole(RaftNode node) {
    node.barrier().await(deadline());
    for (int i = 0; i < TAGS; i++) {
      Reference tag = new Reference.ByTag(TagName.parse("t" + i));
      var found = node.live().query(queries -> queries.manifest(REPOSITORY, tag, true));
      assertThat(found.value().toString()).as("t%s", i).contains("%064x".formatted(i + 1));
    }
  }

  /**
   * Either nothing is missing, or the server refuses, at its start or at the first read, and says
   * what to do.
   */
  private void assertWholeOrRefused() {
    Throwable refusal =
        catchThrowable(() -> {
          try (RaftNode node = start()) {
            assertWhole(node);
          }
        });
    if (refusal != null && halts.isEmpty()) {
      assertThat(refusal).isInstanceOfAny(IllegalStateException.class, IOException.class);
      assertThat(refusal).hasMessageContaining("remove " + root.resolve("data"));
    } else if (refusal != null) {
      assertThat(halts.getFirst()).contains("remove " + root.resolve("data"));
    }
  }

  private List<Path> files(String directory, Predicate<String> name) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve("data").resolve(directory))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> name.test(file.getFileName().toString()))
          .sorted()
          .toList();
    }
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 0; i < bytes.length; i += 64) {
      bytes[i] ^= 0x55;
    }
    // Table files are shared with checkpoints by hard links: a new file stands for this one only.
    Files.delete(file);
    Files.write(file, bytes);
  }

  private static void truncate(Path file, long size) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    Files.write(file, bytes);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  @Test
  void tablesOfTheStore() throws Exception {
    List<Path> tables = files("store", name -> name.endsWith(".sst"));
    assertThat(tables).isNotEmpty();
    for (Path table : tables) {
      flip(table);
    }
    assertWholeOrRefused();
    assertThat(halts.isEmpty() && catchThrowable(() -> start().close()) == null).isFalse();
  }

  @Test
  void aTableThatIsGone() throws Exception {
    Files.delete(files("store", name -> name.endsWith(".sst")).getFirst());
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(this::start)
        .withMessageContaining("remove " + root.resolve("data"));
  }

  @Test
  void theManifestOfTheStore() throws Exception {
    flip(files("store", name -> name.startsWith("MANIFEST")).getLast());
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(this::start)
        .withMessageContaining("cannot open")
        .withMessageContaining("remove " + root.resolve("data"));
  }

  @Test
  void theStoresOwnLogIsMadeUpForByRafts() throws Exception {
    Path log = files("store", name -> name.endsWith(".log")).getLast();
    truncate(log, Files.size(log) / 2);
    try (RaftNode node = start()) {
      assertWhole(node);
    }
    assertThat(halts).isEmpty();
  }

  @Test
  void theEndOfTheRaftLog() throws Exception {
    Path open = files("raft", name -> name.startsWith("log_inprogress")).getLast();
    truncate(open, Files.size(open) / 2);
    assertWholeOrRefused();
    assertThat(catchThrowable(() -> start().close())).isNotNull();
  }

  @Test
  void aClosedFileOfTheRaftLog() throws Exception {
    List<Path> closed = files("raft", name -> name.matches("log_\\d+-\\d+"));
    assertThat(closed).hasSizeGreaterThan(2);
    Path file = closed.get(closed.size() / 2);
    truncate(file, Files.size(file) / 2);
    assertWholeOrRefused();
  }

  @Test
  void bytesOfTheRaftLog() throws Exception {
    for (Path file : files("raft", name -> name.startsWith("log_"))) {
      flip(file);
    }
    assertWholeOrRefused();
  }

  @Test
  void aCheckpointThatIsNeededForNothing() throws Exception {
    for (Path file : files("checkpoints", name -> name.startsWith("MANIFEST"))) {
      flip(file);
    }
    try (RaftNode node = start()) {
      assertWhole(node);
    }
    eventually("nothing halted", halts::isEmpty);
  }
}
