package dev.meridian.controlplane;

import static dev.meridian.controlplane.Eventually.eventually;
import static dev.meridian.controlplane.Eventually.holds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.backup.BackupReader;
import dev.meridian.backup.BrokenBackupException;
import dev.meridian.controlplane.apply.StoreInvariants;
import dev.meridian.controlplane.query.Lookup;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.controlplane.store.LogPosition;
import dev.meridian.controlplane.store.MetadataDb;
import dev.meridian.controlplane.store.ReadView;
import dev.meridian.model.Reference;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.admin.BackupChunk;
import dev.meridian.proto.admin.BackupServiceGrpc;
import dev.meridian.proto.admin.CreateBackupRequest;
import dev.meridian.proto.backup.BackupHeader;
import dev.meridian.proto.metadata.ExecuteReply;
import dev.meridian.proto.metadata.PutManifest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups of servers that go on serving. */
class BackupIT {

  private static final int BACKUPS_OF_EACH = 3;

  @TempDir Path root;

  private static Iterator<BackupChunk> backUp(TestServer server, boolean local) {
    return BackupServiceGrpc.newBlockingStub(server.channel())
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .createBackup(CreateBackupRequest.newBuilder().setLocal(local).build());
  }

  /** Backs up into a file; what its head says. */
  static BackupHeader backUp(TestServer server, boolean local, Path file)
      throws IOException, BrokenBackupException {
    long total = 0;
    Iterator<BackupChunk> chunks = backUp(server, local);
    try (OutputStream out = Files.newOutputStream(file)) {
      while (chunks.hasNext()) {
        BackupChunk chunk = chunks.next();
        chunk.getData().writeTo(out);
        total = chunk.getTotalBytes();
      }
    }
    assertThat(Files.size(file)).isEqualTo(total);
    try (InputStream in = Files.newInputStream(file)) {
      return BackupReader.verify(in);
    }
  }

  /** Both tags come to name one manifest, in one command. */
  private static ExecuteReply putPair(TestServer server, String repository, String text) {
    return server
        .stub()
        .execute(
            TestServer.request()
                .setPutManifest(
                    PutManifest.newBuilder()
                        .setRepository(repository)
                        .setContent(TestServer.manifest(text))
                        .addTags("a")
                        .addTags("b"))
                .build());
  }

  private static String tag(ReadView view, String repository, String tag) {
    return switch (new Queries(view)
        .manifest(RepositoryName.parse(repository), Reference.parse(tag), true)) {
      case Lookup.Found<Queries.ManifestFound> found -> found.value().digest().toString();
      case Lookup.Missing<Queries.ManifestFound> missing ->
          throw new AssertionError(missing.rejection().message());
    };
  }

  @Test
  void eachServerGivesStatesThatExistedWhileAllAreWrittenTo() throws Exception {
    try (TestCluster cluster = TestCluster.started(root.resolve("servers"), "backup");
        ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
      AtomicBoolean writing = new AtomicBoolean(true);
      List<Future<Integer>> writers = new ArrayList<>();
      List<String> repositories = IntStream.range(0, 6).mapToObj(i -> "demo/r" + i).toList();
      for (String repository : repositories) {
        TestServer server = cluster.server(repositories.indexOf(repository) % 3);
        putPair(server, repository, "first");
        writers.add(
            background.submit(() -> {
              int count = 0;
              while (writing.get()) {
                count++;
                putPair(server, repository, repository + " " + count);
              }
              return count;
            }));
      }
      try {
        long seen = 0;
        for (int i = 0; i < 3 * BACKUPS_OF_EACH; i++) {
          TestServer other = cluster.server((i + 1) % 3);
          seen = Math.max(seen, putPair(other, "demo/seen", "seen " + i).getRevision());
          Path file = root.resolve("backup-" + i);
          BackupHeader header = backUp(cluster.server(i % 3), false, file);
          assertThat(header.getCluster()).isEqualTo("backup");
          assertThat(header.getRegion()).isEqualTo(TestCluster.REGIONS.get(i % 3));
          assertThat(header.getRevision()).as("what was acknowledged").isGreaterThanOrEqualTo(seen);
          seen = header.getRevision();
          open(file, db -> checkContent(db, header, repositories));
        }
        assertThat(writers).noneMatch(Future::isDone);
      } finally {
        writing.set(false);
      }
      for (Future<Integer> writer : writers) {
        assertThat(writer.get()).isPositive();
      }
    }
  }

  /** Opens what a backup holds. */
  private void open(Path file, Consumer<MetadataDb> check) throws Exception {
    Path directory = Files.createDirectory(root.resolve(file.getFileName() + "-content"));
    try (InputStream in = Files.newInputStream(file)) {
      BackupReader.extract(in, directory);
    }
    try (MetadataDb db = MetadataDb.open(directory)) {
      check.accept(db);
    }
  }

  private static void checkContent(MetadataDb db, BackupHeader header, List<String> repositories) {
    assertThat(db.position()).isEqualTo(new LogPosition(header.getTerm(), header.getIndex()));
    assertThat(db.revision()).isEqualTo(header.getRevision());
    try (ReadView view = db.read()) {
      for (String repository : repositories) {
        assertThat(tag(view, repository, "a")).isEqualTo(tag(view, repository, "b"));
      }
      new StoreInvariants(view).check();
    }
  }

  private static boolean hasNoQuorum(TestServer server) {
    try {
      return server.quorum() < 0;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode() == Status.Code.UNAVAILABLE;
    }
  }

  @Test
  void aServerWithoutAQuorumGivesItsOwnStateOnlyWhenThatIsWanted() throws Exception {
    try (TestCluster cluster = TestCluster.started(root.resolve("servers"), "local")) {
      long revision = putPair(cluster.server(0), "demo/app", "kept").getRevision();
      eventually(
          "the survivor has it",
          () -> cluster.server(2).controlPlane().status().revision() >= revision);
      cluster.stop(0);
      cluster.stop(1);
      eventually("its lease has ended", () -> hasNoQuorum(cluster.server(2)));
      assertThatThrownBy(() -> backUp(cluster.server(2), false, root.resolve("refused")))
          .hasMessageContaining("UNAVAILABLE: no quorum");
      BackupHeader header = backUp(cluster.server(2), true, root.resolve("local"));
      assertThat(header.getRevision()).isGreaterThanOrEqualTo(revision);
      open(root.resolve("local"), db -> checkContent(db, header, List.of("demo/app")));
    }
  }

  @Test
  void aClientThatGoesLeavesNothingBehindAndNobodyInTheWay() throws Exception {
    try (TestCluster cluster = TestCluster.started(root.resolve("servers"), "gone")) {
      TestServer server = cluster.server(0);
      Path copy = root.resolve("servers").resolve("us-east").resolve("backup");
      // More than what is on its way when nobody reads; it must not be compressed away.
      Random random = new Random(5);
      for (int i = 0; i < 4; i++) {
        byte[] bytes = new byte[1 << 20];
        random.nextBytes(bytes);
        putPair(server, "demo/app", HexFormat.of().formatHex(bytes));
      }

      Slow client = new Slow();
      BackupServiceGrpc.newStub(server.channel())
          .createBackup(CreateBackupRequest.getDefaultInstance(), client);
      client.first.get(20, TimeUnit.SECONDS);
      assertThat(copy).exists();
      assertThatThrownBy(() -> backUp(server, false, root.resolve("second")))
          .hasMessageContaining("FAILED_PRECONDITION: another backup of this server is under way");
      client.call.cancel("the test's client goes", null);
      eventually("the copy is gone", () -> Files.notExists(copy));
      // Its place is free a moment later.
      holds("another one is taken", () -> backUp(server, false, root.resolve("third")));
      assertThat(copy).doesNotExist();
    }
  }

  /** Takes one chunk and no other. */
  private static final class Slow
      implements ClientResponseObserver<CreateBackupRequest, BackupChunk> {
    private final CompletableFuture<BackupChunk> first = new CompletableFuture<>();
    private ClientCallStreamObserver<CreateBackupRequest> call;

    @Override
    public void beforeStart(ClientCallStreamObserver<CreateBackupRequest> stream) {
      call = stream;
      call.disableAutoRequestWithInitial(1);
    }

    @Override
    public void onNext(BackupChunk chunk) {
      first.complete(chunk);
    }

    @Override
    public void onError(Throwable failure) {
      first.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      first.completeExceptionally(new AssertionError("completed before it was taken"));
    }
  }

  @Test
  void aStartRemovesWhatAnInterruptedBackupLeft() throws Exception {
    Path left = root.resolve("servers").resolve("us-east").resolve("backup").resolve("files");
    Files.createDirectories(left);
    Files.writeString(left.resolve("000007.sst"), "left");
    try (TestCluster cluster = new TestCluster(root.resolve("servers"), "left")) {
      cluster.start(0);
      assertThat(left.getParent()).doesNotExist();
    }
  }
}
