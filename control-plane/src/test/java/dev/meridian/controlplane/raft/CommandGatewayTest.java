package dev.meridian.controlplane.raft;

import static dev.meridian.controlplane.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CommandOutcome;
import dev.meridian.proto.log.CreateRepository;
import dev.meridian.proto.log.DeleteManifest;
import dev.meridian.proto.log.Entry;
import dev.meridian.proto.log.Outcomes;
import dev.meridian.proto.log.PutManifest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommandGatewayTest {

  private record Sent(Entry entry, CompletableFuture<Outcomes> reply) {
    /** Answers with revisions from this one on. */
    void answer(long revision) {
      Outcomes.Builder outcomes = Outcomes.newBuilder();
      for (int i = 0; i < entry.getCommandsCount(); i++) {
        outcomes.addOutcomes(CommandOutcome.newBuilder().setRevision(revision + i));
      }
      reply.complete(outcomes.build());
    }
  }

  private final List<Sent> sent = new CopyOnWriteArrayList<>();
  private final AppliedRevision applied = new AppliedRevision();
  private final List<Duration> commits = new CopyOnWriteArrayList<>();
  private volatile CompletableFuture<Void> pause = CompletableFuture.completedFuture(null);
  private final CommandGateway gateway =
      new CommandGateway(
          new CommandGateway.EntrySender() {
            @Override
            public CompletableFuture<Outcomes> send(Entry entry) {
              Sent next = new Sent(entry, new CompletableFuture<>());
              sent.add(next);
              return next.reply();
            }

            @Override
            public void close() {
              sent.forEach(entry ->
                  entry.reply().completeExceptionally(new IllegalStateException("closed")));
            }
          },
          applied::reached,
          commits::add,
          time -> pause.join(),
          // However late the next one is.
          Duration.ofHours(1));

  @AfterEach
  void close() {
    gateway.close();
  }

  private static Command command(int number) {
    return Command.newBuilder()
        .setCreateRepository(CreateRepository.newBuilder().setRepository("r" + number))
        .build();
  }

  private static Command large(int bytes) {
    return Command.newBuilder()
        .setPutManifest(PutManifest.newBuilder().setContent(ByteString.copyFrom(new byte[bytes])))
        .build();
  }

  private CompletableFuture<CommandGateway.Result> execute(Command command) {
    return execute(command, Duration.ofSeconds(30));
  }

  private CompletableFuture<CommandGateway.Result> execute(Command command, Duration patience) {
    return CompletableFuture.supplyAsync(
        () -> gateway.execute(command, Deadline.in(patience)), Thread::startVirtualThread);
  }

  /** Fills all places under way with one entry each. */
  private void fillThePipe() {
    for (int i = 0; i < CommandGateway.IN_FLIGHT; i++) {
      int expected = i + 1;
      var unused = execute(command(i));
      eventually("entry " + expected, () -> sent.size() == expected);
    }
  }

  /** Waits until the command stands in the queue. */
  private void offerInOrder(Command command) {
    int before = gateway.waiting();
    var unused = execute(command);
    eventually("the command waits", () -> gateway.waiting() == before + 1);
  }

  @Test
  void gathersCommandsInTheirOrderWhileAllPlacesAreTaken() {
    fillThePipe();
    for (int i = 0; i < 600; i++) {
      offerInOrder(command(1_000 + i));
    }
    assertThat(sent).hasSize(CommandGateway.IN_FLIGHT);

    sent.get(0).answer(1);
    eventually("the next entry", () -> sent.size() == CommandGateway.IN_FLIGHT + 1);
    sent.get(1).answer(2);
    eventually("the rest", () -> sent.size() == CommandGateway.IN_FLIGHT + 2);

    List<Command> first = sent.get(CommandGateway.IN_FLIGHT).entry().getCommandsList();
    List<Command> second = sent.get(CommandGateway.IN_FLIGHT + 1).entry().getCommandsList();
    assertThat(first).hasSize(CommandGateway.ENTRY_COMMANDS);
    List<Command> both = new ArrayList<>(first);
    both.addAll(second);
    List<Command> expected = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      expected.add(command(1_000 + i));
    }
    assertThat(both).isEqualTo(expected);
  }

  @Test
  void commandsThatFollowAnEntryCloselyTravelTogether() {
    pause = new CompletableFuture<>();
    var unused = execute(command(0));
    eventually("alone, at once", () -> sent.size() == 1);
    for (int i = 1; i <= 10; i++) {
      offerInOrder(command(i));
    }
    assertThat(sent).as("one entry is under way").hasSize(1);

    pause.complete(null);
    eventually("the others", () -> sent.size() == 2);
    assertThat(sent.getLast().entry().getCommandsList())
        .isEqualTo(IntStream.rangeClosed(1, 10).mapToObj(CommandGatewayTest::command).toList());
  }

  @Test
  void closesAnEntryAtOneMebibyteAndSendsALargerCommandAlone() {
    fillThePipe();
    offerInOrder(large(600_000));
    offerInOrder(large(400_000));
    offerInOrder(large(400_000));
    offerInOrder(large(4_000_000));
    offerInOrder(command(1));
    for (int i = 0; i < 4; i++) {
      sent.get(i).answer(i + 1);
    }
    eventually("four entries", () -> sent.size() == CommandGateway.IN_FLIGHT + 4);
    assertThat(sent.subList(CommandGateway.IN_FLIGHT, sent.size()))
        .extracting(next -> next.entry().getCommandsCount())
        .containsExactly(2, 1, 1, 1);
  }

  @Test
  void putsNoMoreThanSixteenDeletionsOfManifestsIntoAnEntry() {
    fillThePipe();
    for (int i = 0; i < 20; i++) {
      offerInOrder(
          Command.newBuilder()
              .setDeleteManifest(DeleteManifest.newBuilder().setRepository("r" + i))
              .build());
    }
    sent.get(0).answer(1);
    sent.get(1).answer(2);
    eventually("two entries", () -> sent.size() == CommandGateway.IN_FLIGHT + 2);
    assertThat(sent.subList(CommandGateway.IN_FLIGHT, sent.size()))
        .extracting(next -> next.entry().getCommandsCount())
        .containsExactly(16, 4);
  }

  @Test
  void answersWhenTheOutcomeIsAppliedHere() {
    CompletableFuture<CommandGateway.Result> result = execute(command(1));
    eventually("the entry", () -> sent.size() == 1);
    sent.getFirst().answer(7);
    applied.advance(6);
    assertThat(result).isNotDone();
    applied.advance(7);
    assertThat(result.join())
        .isEqualTo(
            new CommandGateway.Result.Decided(CommandOutcome.newBuilder().setRevision(7).build()));
    assertThat(commits).hasSize(1);
  }

  @Test
  void saysThatTheOutcomeIsUnknownWhenNoneComesInTime() {
    assertThat(gateway.execute(command(1), Deadline.in(Duration.ofSeconds(2))))
        .isInstanceOf(CommandGateway.Result.Unknown.class);
    assertThat(sent).hasSize(1);
  }

  @Test
  void saysThatTheOutcomeIsUnknownWhenTheEntryIsLost() {
    CompletableFuture<CommandGateway.Result> result = execute(command(1));
    eventually("the entry", () -> sent.size() == 1);
    sent.getFirst().reply().completeExceptionally(new IllegalStateException("no leader"));
    assertThat(result.join()).isInstanceOf(CommandGateway.Result.Unknown.class);
  }

  @Test
  void doesNotSendACommandThatNobodyWaitsFor() {
    fillThePipe();
    assertThat(gateway.execute(command(99), Deadline.in(Duration.ofMillis(20))))
        .isInstanceOf(CommandGateway.Result.NotSubmitted.class);
    CompletableFuture<CommandGateway.Result> next = execute(command(100));
    sent.get(0).answer(1);
    eventually("the next entry", () -> sent.size() == CommandGateway.IN_FLIGHT + 1);
    assertThat(sent.getLast().entry().getCommandsList()).containsExactly(command(100));
    assertThat(next).isNotDone();
  }

  @Test
  void refusesMoreThanMemoryAllows() {
    fillThePipe();
    for (int i = 0; i < 16; i++) {
      offerInOrder(large(4_000_000));
    }
    assertThat(gateway.execute(large(4_000_000), Deadline.in(Duration.ofSeconds(30))))
        .isInstanceOf(CommandGateway.Result.NotSubmitted.class);
  }

  @Test
  void answersAllWhenItCloses() {
    fillThePipe();
    CompletableFuture<CommandGateway.Result> waiting = execute(command(50));
    eventually("the command waits", () -> gateway.waiting() == 1);
    gateway.close();
    assertThat(waiting.join()).isInstanceOf(CommandGateway.Result.NotSubmitted.class);
    assertThat(gateway.execute(command(51), Deadline.in(Duration.ofSeconds(30))))
        .isInstanceOf(CommandGateway.Result.NotSubmitted.class);
  }
}
