package dev.meridian.controlplane.raft;

import static dev.meridian.controlplane.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.meridian.controlplane.apply.CommandApplier;
import dev.meridian.controlplane.disk.DurableFiles;
import dev.meridian.controlplane.disk.Halt;
import dev.meridian.controlplane.store.LogPosition;
import dev.meridian.model.RegionId;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CreateRepository;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group of one: what a member does with its own files. */
class RaftNodeIT {

  private static final RegionId REGION = RegionId.parse("us-east");

  @TempDir Path root;
  private String address;
  private int commands;
  private final List<String> halts = new CopyOnWriteArrayList<>();

  @BeforeEach
  void reservePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      address = "127.0.0.1:" + socket.getLocalPort();
    }
  }

  private RaftNode start(String cluster) throws IOException {
    RaftSettings settings =
        RaftSettings.of(
            cluster,
            REGION,
            root.resolve("data"),
            List.of(new RaftSettings.Member(REGION, address)),
            Duration.ofMillis(60));
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

  private Command createRepository() {
    commands++;
    return Command.newBuilder()
        .setId(ByteString.copyFromUtf8("%016d".formatted(commands)))
        .setCreateRepository(CreateRepository.newBuilder().setRepository("demo/r" + commands))
        .build();
  }

  private static CommandGateway.Result execute(RaftNode node, Command command) {
    return node.gateway().execute(command, Deadline.in(Duration.ofSeconds(10)));
  }

  @Test
  void servesWhatItHadAfterARestartWithoutReplayingIt() throws Exception {
    try (RaftNode node = start("demo")) {
      for (int i = 1; i <= 20; i++) {
        assertThat(execute(node, createRepository()))
            .isInstanceOfSatisfying(
                CommandGateway.Result.Decided.class,
                decided -> assertThat(decided.outcome().hasRejection()).isFalse());
      }
      assertThat(node.entriesAppliedSinceStart()).isPositive();
      assertThat(
              StoredLog.committedMembers(
                  root.resolve("data/raft/" + node.groupId()).resolve("current")))
          .hasValue(1);
    }
    try (RaftNode node = start("demo")) {
      node.barrier().await(Deadline.in(Duration.ofSeconds(10)));
      assertThat(node.applied().current()).isEqualTo(20);
      assertThat(node.entriesAppliedSinceStart()).isZero();
      var repositories = node.live().query(queries -> queries.cluster());
      assertThat(repositories.revision()).isEqualTo(20);
      assertThat(execute(node, createRepository()))
          .isInstanceOf(CommandGateway.Result.Decided.class);
    }
    assertThat(halts).isEmpty();
  }

  @Test
  void appliesACommandThatIsSentAgainOnce() throws Exception {
    try (RaftNode node = start("demo")) {
      Command command = createRepository();
      CommandGateway.Result first = execute(node, command);
      assertThat(execute(node, command)).isEqualTo(first);
      assertThat(node.applied().current()).isEqualTo(1);
    }
  }

  @Test
  void haltsWhenAnEntryCannotBeApplied() throws Exception {
    CompletableFuture<CommandGateway.Result> result;
    try (RaftNode node = start("demo")) {
      assertThat(execute(node, createRepository()))
          .isInstanceOf(CommandGateway.Result.Decided.class);
      LogPosition position = node.live().writable().position();
      // As if the store had been written to by somebody else: the next entry does not follow.
      node.live()
          .writable()
          .recordPosition(new LogPosition(position.term(), position.index() + 1_000));
      Command refused = createRepository();
      result =
          CompletableFuture.supplyAsync(
              () -> node.gateway().execute(refused, Deadline.in(Duration.ofSeconds(30))),
              Thread::startVirtualThread);
      eventually("it says why", () -> !halts.isEmpty());
      assertThat(halts.getFirst()).startsWith("cannot apply entry ");
      assertThat(node.applied().current()).isEqualTo(1);
      eventually("Ratis applies nothing any more", () -> !node.isRunning());
    }
    assertThat(result.join()).isInstanceOf(CommandGateway.Result.Unknown.class);
  }

  @Test
  void refusesToStartWhenTheLogIsGone() throws Exception {
    try (RaftNode node = start("demo")) {
      assertThat(execute(node, createRepository()))
          .isInstanceOf(CommandGateway.Result.Decided.class);
    }
    DurableFiles.delete(root.resolve("data/raft"));
    assertThatThrownBy(() -> start("demo"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the store is at entry")
        .hasMessageContaining("is empty")
        .hasMessageContaining("remove " + root.resolve("data"));
  }

  @Test
  void startsFromTheLogWhenTheStoreIsGone() throws Exception {
    try (RaftNode node = start("demo")) {
      assertThat(execute(node, createRepository()))
          .isInstanceOf(CommandGateway.Result.Decided.class);
    }
    DurableFiles.delete(root.resolve("data/store"));
    DurableFiles.delete(root.resolve("data/checkpoints"));
    try (RaftNode node = start("demo")) {
      node.barrier().await(Deadline.in(Duration.ofSeconds(10)));
      assertThat(node.applied().current()).isEqualTo(1);
    }
  }

  @Test
  void aVoterThatComesBackTakesNoPartWhileALeaseThatItGrantedMayLast() throws Exception {
    RaftSettings.Member other = new RaftSettings.Member(RegionId.parse("eu-west"), "127.0.0.1:1");
    RaftSettings settings =
        RaftSettings.of(
            "demo",
            REGION,
            root.resolve("voter"),
            List.of(new RaftSettings.Member(REGION, address), other),
            Duration.ofMillis(200));
    for (boolean back : new boolean[] {false, true}) {
      try (RaftNode node =
          new RaftNode(
              settings,
              RaftTls.NONE,
              new CommandApplier(),
              (reason, cause) -> halts.add(reason),
              time -> {})) {
        if (!back) {
          node.enrolFounder();
        }
        long began = System.nanoTime();
        node.start();
        if (back) {
          assertThat(Duration.ofNanos(System.nanoTime() - began))
              .isGreaterThanOrEqualTo(settings.electionTimeout());
        }
      }
    }
  }

  @Test
  void refusesTheDirectoryOfAnotherCluster() throws Exception {
    start("demo").close();
    assertThatThrownBy(() -> start("other"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("belongs to cluster \"demo\"");
    assertThat(DurableFiles.list(root.resolve("data/raft"))).hasSize(1);
  }

  @Test
  void refusesAPortThatIsTaken() throws Exception {
    try (RaftNode node = start("demo")) {
      assertThat(node.isRunning()).isTrue();
      RaftSettings settings =
          RaftSettings.of(
              "demo",
              REGION,
              root.resolve("second"),
              List.of(new RaftSettings.Member(REGION, address)),
              Duration.ofMillis(60));
      assertThatThrownBy(() ->
              new RaftNode(
                  settings, RaftTls.NONE, new CommandApplier(), Halt.process(), time -> {}))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("metadata.raft.addr: cannot listen on " + address);
    }
  }
}
