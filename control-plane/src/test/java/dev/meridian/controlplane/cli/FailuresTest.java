package dev.meridian.controlplane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.proto.admin.GetRaftStatusReply;
import dev.meridian.proto.admin.GetRaftStatusRequest;
import dev.meridian.proto.admin.PromoteMemberReply;
import dev.meridian.proto.admin.PromoteMemberRequest;
import dev.meridian.proto.admin.RaftServiceGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a call that fails means to the operator, and how the command ends. */
class FailuresTest {

  private static final StatusRuntimeException NO_QUORUM =
      FakeServer.unavailable("no majority of the voters answers", "none");

  @Test
  void namesAnAddressThatCannotBeReachedAtOnce() {
    String closed = FakeServer.closedPort();

    Ran ran = Ran.of("--server", closed, "--timeout", "1h", "raft", "status");

    assertThat(ran)
        .isEqualTo(
            new Ran(
                3,
                "",
                "meridianctl: cannot reach a metadata server at "
                    + closed
                    + ": the connection is refused. Start it, or name another with --server"
                    + " HOST:PORT or MERIDIAN_SERVER\n"));
  }

  @Test
  void namesAHostThatCannotBeResolved() {
    Ran ran = Ran.of("--server", "nowhere.invalid:5200", "raft", "status");

    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.err())
        .contains("a metadata server at nowhere.invalid:5200: its name cannot be resolved");
  }

  @Test
  void endsAtTheDeadlineOfASilentServer() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + silent.getLocalPort();

      Ran query = Ran.of("--server", address, "--timeout", "200ms", "raft", "status");
      Ran change = Ran.of("--server", address, "--timeout", "200ms", "raft", "promote", "eu-west");

      assertThat(query)
          .isEqualTo(
              new Ran(
                  3,
                  "",
                  "meridianctl: no answer from the metadata server at "
                      + address
                      + " within 200 ms: --timeout gives it longer, --server asks another\n"));
      assertThat(change.code()).isEqualTo(3);
      assertThat(change.err())
          .contains(
              "--server asks another. It may have been done all the same: see `meridianctl"
                  + " raft status`");
    }
  }

  @Test
  void waitsForAServerThatCannotAnswerYet() {
    FakeRaft raft = new FakeRaft(NO_QUORUM, NO_QUORUM);
    try (FakeServer server = FakeServer.of(raft)) {
      assertThat(server.run("raft", "status").code()).isZero();
      assertThat(raft.calls).hasValue(3);
    }
  }

  @Test
  void saysWhyAServerCannotAnswerAtTheDeadline() {
    FakeRaft raft = FakeRaft.failingForEver(NO_QUORUM);
    try (FakeServer server = FakeServer.of(raft)) {
      Ran ran = server.run("raft", "status", "--timeout", "3s");

      assertThat(ran.code()).isEqualTo(3);
      assertThat(ran.err())
          .isEqualTo(
              "meridianctl: the metadata server at "
                  + server.address()
                  + " could not do it within 3 s: no majority of the voters answers\n");
    }
  }

  @Test
  void sendsAChangeAgainOnlyWhenNothingWasDone() {
    FakeRaft raft =
        new FakeRaft(NO_QUORUM, FakeServer.unavailable("the leader is gone", "unknown"));
    try (FakeServer server = FakeServer.of(raft)) {
      Ran ran = server.run("raft", "promote", "eu-west");

      assertThat(raft.calls).hasValue(2);
      assertThat(ran.code()).isEqualTo(3);
      assertThat(ran.err())
          .contains(
              "the leader is gone. It may have been done all the same: see `meridianctl raft"
                  + " status`");
    }
  }

  @Test
  void tellsAFailureOfTheServerFromARefusal() {
    try (FakeServer server =
        FakeServer.of(
            new FakeRaft(
                Status.INTERNAL.withDescription("internal error").asRuntimeException(),
                Status.FAILED_PRECONDITION
                    .withDescription("without eu-west there is no quorum")
                    .asRuntimeException()))) {
      assertThat(server.run("raft", "status"))
          .isEqualTo(
              new Ran(
                  1,
                  "",
                  "meridianctl: the metadata server at "
                      + server.address()
                      + " failed: internal error: its log says more\n"));
      assertThat(server.run("raft", "status"))
          .isEqualTo(new Ran(1, "", "meridianctl: without eu-west there is no quorum\n"));
    }
  }

  @Test
  void saysThatAnOlderServerDoesNotKnowARequest() {
    try (FakeServer server = FakeServer.of(new FakeRaft())) {
      Ran ran = server.run("node", "list");

      assertThat(ran.code()).isEqualTo(1);
      assertThat(ran.err()).contains("does not know this request: is it of another version?");
    }
  }

  /** Fails as planned, and then answers. */
  private static final class FakeRaft extends RaftServiceGrpc.RaftServiceImplBase {

    private final AtomicInteger calls = new AtomicInteger();
    private final List<StatusRuntimeException> failures;
    private final boolean forEver;

    private FakeRaft(boolean forEver, List<StatusRuntimeException> failures) {
      this.forEver = forEver;
      this.failures = failures;
    }

    FakeRaft(StatusRuntimeException... failures) {
      this(false, List.of(failures));
    }

    static FakeRaft failingForEver(StatusRuntimeException failure) {
      return new FakeRaft(true, List.of(failure));
    }

    @Override
    public void getRaftStatus(
        GetRaftStatusRequest request, StreamObserver<GetRaftStatusReply> reply) {
      answer(reply, GetRaftStatusReply.getDefaultInstance());
    }

    @Override
    public void promoteMember(
        PromoteMemberRequest request, StreamObserver<PromoteMemberReply> reply) {
      answer(reply, PromoteMemberReply.getDefaultInstance());
    }

    private <T> void answer(StreamObserver<T> reply, T answer) {
      int call = calls.getAndIncrement();
      FakeServer.answer(
          reply,
          () -> {
            if (forEver || call < failures.size()) {
              throw failures.get(Math.min(call, failures.size() - 1));
            }
            return answer;
          });
    }
  }
}
