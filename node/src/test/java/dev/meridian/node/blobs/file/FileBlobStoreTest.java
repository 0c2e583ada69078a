package dev.meridian.node.blobs.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.ByteRange;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.BlobStoreContract;
import dev.meridian.node.blobs.BlobStoreException.Kind;
import dev.meridian.node.blobs.FileStamp;
import dev.meridian.node.blobs.ObjectKeys;
import dev.meridian.node.blobs.ObjectUpload;
import dev.meridian.node.blobs.StoredObject;
import dev.meridian.node.blobs.UploadConflictException;
import dev.meridian.node.blobs.UploadState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBlobStoreTest extends BlobStoreContract {

  @TempDir private Path root;

  @Override
  protected BlobStore newStore() {
    return new FileBlobStore(root);
  }

  @Test
  void refusesASecondWriterWhileTheFirstHoldsTheSession() throws Exception {
    BlobStore store = newStore();
    try (ObjectUpload first = store.resume(store.begin(key))) {
      assertThatThrownBy(() -> newStore().resume(store.begin(key)))
          .isInstanceOf(UploadConflictException.class);
      first.append(new ByteArrayInputStream(bytes(10)));
      first.flush(true);
    }
  }

  @Test
  void refusesASecondWriterOfAnotherProcess() throws Exception {
    BlobStore store = newStore();
    UploadState state = appendAndFlush(store, store.begin(key), bytes(10), true);
    Process other = holdInAnotherProcess(root.resolve("uploads").resolve(uploadName()));
    try {
      assertThat(other.inputReader().readLine()).isEqualTo("held");
      assertThatThrownBy(() -> store.resume(state)).isInstanceOf(UploadConflictException.class);
    } finally {
      other.destroyForcibly().waitFor();
    }
    // Killed: its lock went with it.
    assertThat(complete(store, state).size()).isEqualTo(10);
  }

  @Test
  void refusesTheBeginningOfASessionThatWentOn() throws Exception {
    BlobStore store = newStore();
    appendAndFlush(store, store.begin(key), bytes(10), true);
    assertThatThrownBy(() -> newStore().resume(store.begin(key)))
        .isInstanceOf(UploadConflictException.class);
  }

  @Test
  void cutsOffWhatWasNeverFlushed() throws Exception {
    byte[] content = bytes(10);
    BlobStore store = newStore();
    UploadState state = appendAndFlush(store, store.begin(key), content, true);
    // As a process leaves it that is killed in the middle of an append.
    Path bytes = root.resolve("uploads").resolve(uploadName());
    Files.write(bytes, bytes(5000), StandardOpenOption.APPEND);

    StoredObject object = complete(newStore(), newStore().recover(state));

    assertThat(read(store, object)).isEqualTo(content);
  }

  @Test
  void ignoresARecordThatACrashTore() throws Exception {
    BlobStore store = newStore();
    UploadState state = appendAndFlush(store, store.begin(key), bytes(10), true);
    Path journal = root.resolve("uploads").resolve(uploadName() + ".journal");
    Files.write(journal, bytes(17), StandardOpenOption.APPEND);

    assertThat(store.recover(state)).isEqualTo(state);
    UploadState next = appendAndFlush(store, state, bytes(10), true);
    assertThat(newStore().recover(state)).isEqualTo(next);
  }

  @Test
  void saysSoWhenFlushedBytesAreGone() throws Exception {
    BlobStore store = newStore();
    UploadState state = appendAndFlush(store, store.begin(key), bytes(10), true);
    Files.write(root.resolve("uploads").resolve(uploadName()), bytes(9));
    assertKind(Kind.UNAVAILABLE, () -> store.resume(state));
  }

  @Test
  void sendsObjectsFromTheirFile() throws Exception {
    BlobStore store = newStore();
    StoredObject object = appendAndComplete(store, store.begin(key), bytes(100));
    assertThat(object.key()).isEqualTo(key);
    Path file = root.resolve(key);
    FileStamp stamp = FileStamp.of(file);
    assertThat(store.open(key, new ByteRange(10, 19)))
        .isEqualTo(new BlobBody.FileBody(file, 10, 10, stamp));
    assertThat(object.file()).contains(new BlobBody.FileBody(file, 0, 100, stamp));
  }

  @Test
  void leavesOnlyTheObjectBehind() throws Exception {
    BlobStore store = newStore();
    UploadState state = appendAndFlush(store, store.begin(key), bytes(10), true);
    appendAndComplete(store, state, bytes(10));
    store.probe();
    assertThat(files()).containsExactly(key);
  }

  @Test
  void leavesNothingOfASessionThatWasNeverFlushed() throws Exception {
    BlobStore store = newStore();
    try (ObjectUpload upload = store.resume(store.begin(key))) {
      upload.append(new ByteArrayInputStream(bytes(10)));
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void clearsTheJournalOfAnObjectWhoseCompletionWasCutShort() throws Exception {
    BlobStore store = newStore();
    UploadState state = appendAndFlush(store, store.begin(key), bytes(10), true);
    Path journal = root.resolve("uploads").resolve(uploadName() + ".journal");
    byte[] records = Files.readAllBytes(journal);
    complete(store, state);
    Files.write(journal, records);

    assertThat(store.list(ObjectKeys.hourPrefix(now), Optional.empty(), 10).objects())
        .containsExactly(key);
    assertThat(journal).doesNotExist();
  }

  @Test
  void ignoresForeignFiles() throws Exception {
    BlobStore store = newStore();
    Files.createDirectories(root.resolve(ObjectKeys.hourPrefix(now)));
    Files.createFile(root.resolve(ObjectKeys.hourPrefix(now)).resolve("README"));
    Files.createFile(root.resolve("uploads/" + uploadName().substring(0, 9) + "README"));
    assertThat(store.list(ObjectKeys.hourPrefix(now), Optional.empty(), 10).objects()).isEmpty();
  }

  private String uploadName() {
    return key.substring("objects/".length()).replace('/', '-');
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).map(f -> root.relativize(f).toString()).toList();
    }
  }

  private static Process holdInAnotherProcess(Path file) throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("java.class.path"),
            HoldingProcess.class.getName(),
            file.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
