package dev.meridian.controlplane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.meridian.backup.BackupWriter;
import dev.meridian.proto.admin.BackupChunk;
import dev.meridian.proto.admin.BackupServiceGrpc;
import dev.meridian.proto.admin.CreateBackupRequest;
import dev.meridian.proto.backup.BackupFile;
import dev.meridian.proto.backup.BackupHeader;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupCommandsTest {

  @TempDir Path directory;
  private Path file;
  private byte[] content;
  private final FakeBackups backups = new FakeBackups();
  private final FakeServer server = FakeServer.of(backups);

  @BeforeEach
  void makeBackup(@TempDir Path source) throws IOException {
    Files.write(source.resolve("000012.sst"), new byte[2_000]);
    Files.write(source.resolve("CURRENT"), new byte[48]);
    BackupHeader header =
        BackupHeader.newBuilder()
            .setCluster("demo")
            .setClusterId("c1")
            .setRevision(123)
            .setRegion("eu-west")
            .setCreatedMs(FakeServer.TIME.getSeconds() * 1000)
            .setVersion("1.2.3")
            .addFiles(BackupFile.newBuilder().setName("000012.sst").setSize(2_000))
            .addFiles(BackupFile.newBuilder().setName("CURRENT").setSize(48))
            .build();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new BackupWriter(header, source).write(out);
    content = out.toByteArray();
    backups.sent = content;
    file = directory.resolve("demo.backup");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Ran create(String... more) {
    return server.run(
        Stream.concat(Stream.of("backup", "create", file.toString()), Arrays.stream(more))
            .toArray(String[]::new));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }

  private void assertNothingKept(Ran ran, int code, String why) throws IOException {
    assertThat(ran.err()).startsWith("meridianctl: ").contains(why);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.code()).isEqualTo(code);
    assertThat(files()).isEmpty();
  }

  @Test
  void writesWhatTheServerSends() throws Exception {
    Ran ran = create();

    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).startsWith(file + ": cluster demo at revision 123, 2 files, 2.0 KiB in ");
    assertThat(files()).containsExactly("demo.backup");
    assertThat(file).hasBinaryContent(content);
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(backups.request).isEqualTo(CreateBackupRequest.getDefaultInstance());
  }

  @Test
  void tellsProgramsWhatItWrote() {
    Ran ran = create("--local", "-o", "json");

    assertThat(backups.request.getLocal()).isTrue();
    assertThat(ran.json().propertyNames())
        .containsExactly(
            "file",
            "cluster",
            "cluster_id",
            "revision",
            "region",
            "created",
            "version",
            "file_count",
            "content_bytes",
            "took_ms");
    assertThat(ran.json().at("/created").asString()).isEqualTo("2026-11-23T10:00:00Z");
    assertThat(ran.json().at("/content_bytes").asLong()).isEqualTo(2_048);
  }

  @Test
  void replacesAFileOnlyWhenToldTo() throws Exception {
    Files.writeString(file, "older");
    Ran refused = create();
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains(file + " exists already: choose another name");
    assertThat(file).hasContent("older");

    assertThat(create("--force").code()).isZero();
    assertThat(file).hasBinaryContent(content);
    assertThat(files()).containsExactly("demo.backup");
  }

  @Test
  void keepsNothingOfABackupThatBreaksOff() throws Exception {
    backups.sent = Arrays.copyOf(content, 1_000);
    backups.failure = FakeServer.unavailable("shutting down", "none");
    assertNothingKept(create(), 3, "shutting down");
  }

  @Test
  void keepsNothingThatIsNotWhole() throws Exception {
    backups.sent = Arrays.copyOf(content, content.length - 1);
    assertNothingKept(
        create(),
        1,
        server.address()
            + " sent is not a whole backup: it ends after "
            + (content.length - 1)
            + " of "
            + content.length
            + " bytes. It was not kept");
  }

  @Test
  void keepsNothingThatIsRefused() throws Exception {
    backups.sent = new byte[0];
    backups.failure =
        Status.FAILED_PRECONDITION.withDescription("another backup").asRuntimeException();
    assertNothingKept(create(), 1, "another backup");
  }

  @Test
  void leavesTheFileThatItWasToReplace() throws Exception {
    Files.writeString(file, "older");
    backups.sent = new byte[100];
    assertThat(create("--force").code()).isEqualTo(1);
    assertThat(file).hasContent("older");
    assertThat(files()).containsExactly("demo.backup");
  }

  @Test
  void saysWhereItCannotWrite() throws Exception {
    Files.createFile(file);
    file = file.resolve("inside");
    Ran ran = create();
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("cannot write " + file + ": ").contains("Not a directory");
    file = directory;
    assertThat(create("--force").err()).contains(directory + " is a directory");
  }

  @Test
  void tellsWhatABackupIsOf() {
    create();
    assertThat(Ran.of("backup", "verify", file.toString()).out())
        .isEqualTo(
            """
            file: %s
            cluster: demo
            cluster id: c1
            revision: 123
            region: eu-west
            created: 2026-11-23T10:00:00Z
            version: 1.2.3
            file count: 2
            content: 2.0 KiB
            """
                .formatted(file));
    assertThat(
            Ran.of("backup", "verify", file.toString(), "-o", "yaml")
                .yaml()
                .at("/revision")
                .asLong())
        .isEqualTo(123);
  }

  @Test
  void refusesABackupThatIsNotWhole() throws Exception {
    content[content.length / 2]++;
    Files.write(file, content);
    Ran altered = Ran.of("backup", "verify", file.toString());
    assertThat(altered.code()).isEqualTo(1);
    assertThat(altered.err())
        .isEqualTo(
            "meridianctl: " + file + " is not a whole backup: its file 000012.sst was altered\n");
    assertThat(altered.out()).isEmpty();

    Ran absent = Ran.of("backup", "verify", file + ".absent");
    assertThat(absent.code()).isEqualTo(1);
    assertThat(absent.err()).contains("cannot read " + file + ".absent").contains("NoSuchFile");
  }

  /** Sends what it has in small pieces. */
  private static final class FakeBackups extends BackupServiceGrpc.BackupServiceImplBase {

    private static final int PIECE = 500;

    private volatile byte[] sent;
    private volatile StatusRuntimeException failure;
    private volatile CreateBackupRequest request;

    @Override
    public void createBackup(CreateBackupRequest asked, StreamObserver<BackupChunk> reply) {
      request = asked;
      for (int i = 0; i < sent.length; i += PIECE) {
        reply.onNext(
            BackupChunk.newBuilder()
                .setData(ByteString.copyFrom(sent, i, Math.min(PIECE, sent.length - i)))
                .setTotalBytes(sent.length)
                .build());
      }
      if (failure == null) {
        reply.onCompleted();
      } else {
        reply.onError(failure);
      }
    }
  }
}
