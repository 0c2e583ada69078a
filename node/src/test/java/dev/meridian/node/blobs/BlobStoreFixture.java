package dev.meridian.node.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.ByteRange;
import dev.meridian.node.blobs.BlobStoreException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;

/** Two nodes and more over one storage, and what is done with them. */
public abstract class BlobStoreFixture {

  protected static final int MIB = 1 << 20;

  /** An hour of this test's own: other tests may use the same storage. */
  protected final long now =
      Duration.ofHours(ThreadLocalRandom.current().nextLong(1L << 31)).toMillis();

  protected final String key = ObjectKeys.create(now);
  private final List<BlobStore> opened = new ArrayList<>();

  /** A node's store over the storage of this test; every call is another node. */
  protected abstract BlobStore newStore() throws Exception;

  @AfterEach
  void closeStores() {
    opened.forEach(BlobStore::close);
  }

  protected BlobStore node() {
    try {
      BlobStore store = newStore();
      opened.add(store);
      return store;
    } catch (Exception e) {
      throw new AssertionError("no store", e);
    }
  }

  /** A body that comes in pieces of any size. */
  protected static InputStream dribble(byte[] content) {
    Random random = new Random(content.length);
    return new ByteArrayInputStream(content) {
      @Override
      public synchronized int read(byte[] buffer, int offset, int length) {
        return super.read(buffer, offset, Math.min(length, 1 + random.nextInt(100_000)));
      }
    };
  }

  protected static InputStream failingAfter(byte[] content, IOException failure) {
    return new InputStream() {
      private final InputStream before = dribble(content);

      @Override
      public int read() {
        throw new AssertionError("read by single bytes");
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = before.read(buffer, offset, length);
        if (count < 0) {
          throw failure;
        }
        return count;
      }
    };
  }

  protected static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    ThreadLocalRandom.current().nextBytes(bytes);
    return bytes;
  }

  protected static byte[] concatenate(byte[] one, byte[] two) {
    byte[] both = Arrays.copyOf(one, one.length + two.length);
    System.arraycopy(two, 0, both, one.length, two.length);
    return both;
  }

  protected static UploadState appendAndFlush(
      BlobStore store, UploadState state, byte[] content, boolean more) throws IOException {
    try (ObjectUpload upload = store.resume(state)) {
      upload.append(dribble(content));
      return upload.flush(more);
    }
  }

  protected static StoredObject appendAndComplete(
      BlobStore store, UploadState state, byte[] content) throws IOException {
    try (ObjectUpload upload = store.resume(state)) {
      upload.append(dribble(content));
      return upload.complete();
    }
  }

  protected static StoredObject complete(BlobStore store, UploadState state) {
    try (ObjectUpload upload = store.resume(state)) {
      return upload.complete();
    }
  }

  protected void assertContent(StoredObject object, byte[] content) throws IOException {
    assertThat(object.size()).isEqualTo(content.length);
    assertThat(Arrays.equals(read(node(), object), content)).isTrue();
  }

  protected static byte[] read(BlobStore store, StoredObject object) throws IOException {
    if (object.size() == 0) {
      assertThat(store.size(object.key())).contains(0L);
      return new byte[0];
    }
    try (BlobBody body = store.open(object.key(), ByteRange.whole(object.size()));
        InputStream stream = body.openStream()) {
      return stream.readAllBytes();
    }
  }

  /** Keys of all objects and unfinished sessions of this test's hour. */
  protected List<String> listAll(BlobStore store) {
    ObjectListing listing = store.list(ObjectKeys.hourPrefix(now), Optional.empty(), 1000);
    List<String> keys = new ArrayList<>(listing.objects());
    listing.unfinished().forEach(state -> keys.add(state.key()));
    return keys;
  }

  protected static String lastOf(ObjectListing page) {
    TreeSet<String> keys = new TreeSet<>(page.objects());
    page.unfinished().forEach(state -> keys.add(state.key()));
    return keys.last();
  }

  /** Whether storage makes an object of just the parts that its completion names, as S3 does. */
  protected boolean completesAtomically() {
    return true;
  }

  /** What writers that start together complete; those that meet a conflict are left out. */
  @SafeVarargs
  protected final List<StoredObject> race(Callable<StoredObject>... writers) throws Exception {
    CyclicBarrier start = new CyclicBarrier(writers.length);
    List<StoredObject> completed = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Optional<StoredObject>>> results = new ArrayList<>();
      for (Callable<StoredObject> writer : writers) {
        results.add(
            threads.submit(() -> {
              start.await();
              try {
                return Optional.of(writer.call());
              } catch (UploadConflictException e) {
                return Optional.<StoredObject>empty();
              } catch (BlobStoreException e) {
                // The other one completed the session first: storage that does not do that in one
                // step may fail over what is no longer there.
                assertThat(e.kind())
                    .isIn(
                        completesAtomically()
                            ? List.of(Kind.NOT_FOUND)
                            : List.of(Kind.NOT_FOUND, Kind.UNAVAILABLE));
                return Optional.<StoredObject>empty();
              }
            }));
      }
      for (Future<Optional<StoredObject>> result : results) {
        result.get().ifPresent(completed::add);
      }
    }
    return completed;
  }

  protected static void assertKind(Kind kind, Callable<?> call) {
    assertThatThrownBy(call::call)
        .isInstanceOfSatisfying(
            BlobStoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }
}
