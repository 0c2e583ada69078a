package dev.meridian.node.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.ObjectKeys;
import dev.meridian.node.blobs.ObjectUpload;
import dev.meridian.node.blobs.StoredObject;
import dev.meridian.node.blobs.file.FileBlobStore;
import dev.meridian.node.fetch.ComparedFiles;
import dev.meridian.node.fetch.RegionCopies;
import dev.meridian.node.metadata.Caller;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadCompletionTest {

  private static final RegionId REGION = RegionId.parse("us-east");
  private static final RepositoryName REPOSITORY = RepositoryName.parse("demo/app");
  private static final Duration EXPIRY = Duration.ofHours(24);
  private static final byte[] CONTENT = {1, 2, 3};
  private static final Digest DIGEST = Digest.of(Digest.Algorithm.SHA256, CONTENT);

  private final FakeMetadata metadata = new FakeMetadata();
  private BlobStore store;
  private UploadCompletion completion;
  private long expires;
  private StoredObject object;

  /** An object that an earlier request of the session completed. */
  @BeforeEach
  void completeAnObject(@TempDir Path directory) throws IOException {
    store = new FileBlobStore(directory);
    RegionCopies copies =
        new RegionCopies(
            REGION,
            metadata,
            store,
            () -> true,
            new ComparedFiles(EXPIRY, System::nanoTime),
            new SimpleMeterRegistry());
    completion = new UploadCompletion(copies, metadata, store, EXPIRY);
    expires = metadata.clusterTimeMillis() + EXPIRY.toMillis();
    String key = ObjectKeys.create(metadata.clusterTimeMillis());
    try (ObjectUpload upload = store.resume(store.begin(key))) {
      upload.append(new ByteArrayInputStream(CONTENT));
      object = upload.complete();
    }
  }

  @Test
  void refusesToCommitAnObjectOfAnOldSessionThatWasDeleted() {
    metadata.advance(Duration.ofHours(3));
    store.delete(object.key());
    assertThatThrownBy(() -> complete(object))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.error()).isEqualTo(RegistryError.BLOB_UPLOAD_UNKNOWN));
    assertThat(metadata.commands()).isEmpty();
  }

  @Test
  void refusesToCommitAnObjectOfAnOldSessionThatHasAnotherSize() {
    metadata.advance(Duration.ofHours(3));
    assertThatThrownBy(() -> complete(new StoredObject(object.key(), 4, List.of())))
        .isInstanceOf(RegistryException.class);
    assertThat(metadata.commands()).isEmpty();
  }

  @Test
  void commitsAnObjectOfAnOldSessionThatIsStillThere() throws IOException {
    metadata.advance(Duration.ofHours(3));
    complete(object);
    assertThat(metadata.placements(DIGEST)).containsEntry(REGION, object.key());
  }

  @Test
  void doesNotAskStorageForTheObjectOfANewSession() throws IOException {
    store.delete(object.key());
    complete(object);
    assertThat(metadata.placements(DIGEST)).containsEntry(REGION, object.key());
  }

  private void complete(StoredObject completed) throws IOException {
    ObjectUpload upload =
        (ObjectUpload)
            Proxy.newProxyInstance(
                ObjectUpload.class.getClassLoader(),
                new Class<?>[] {ObjectUpload.class},
                (proxy, method, arguments) -> completed);
    completion.complete(Caller.ANONYMOUS, REPOSITORY, upload, expires, DIGEST, Optional.of(DIGEST));
  }
}
