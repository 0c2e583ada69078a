package dev.meridian.node.sweep;

import static dev.meridian.node.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.ObjectKeys;
import dev.meridian.node.blobs.ObjectUpload;
import dev.meridian.node.blobs.file.FileBlobStore;
import dev.meridian.node.fetch.FakeMetadata;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.metadata.MetadataCommand;
import dev.meridian.node.routing.OwnerSelector;
import dev.meridian.node.routing.RegionMap;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ObjectSweeperTest {

  private static final RegionId REGION = RegionId.parse("us-east");
  private static final Duration SESSION = Duration.ofHours(24);

  @TempDir private Path data;

  private final FakeMetadata metadata = new FakeMetadata();
  private final RegionMap regions = new RegionMap(REGION, metadata::membership);
  private final AtomicBoolean storeDown = new AtomicBoolean();
  private BlobStore store;

  @BeforeEach
  void openStore() {
    store = failingWhen(storeDown, new FileBlobStore(data));
    metadata.join(new Membership.Member("n1", REGION, "127.0.0.1:1"));
  }

  @Test
  void deletesDoomedObjectsAndConfirmsIt() throws IOException {
    String doomed = object();
    String kept = object();
    doom(doomed);

    sweeper("n1").sweep();

    assertThat(store.size(doomed)).isEmpty();
    assertThat(store.size(kept)).isPresent();
    assertThat(metadata.doomed(REGION)).isEmpty();
  }

  @Test
  void doomsObjectsOfClosedHoursThatNobodyKnows() throws IOException {
    String orphan = object();
    String placed = object();
    Digest digest = Digest.of(Digest.Algorithm.SHA256, new byte[] {1});
    metadata.link(digest, 4);
    metadata.place(digest, REGION, placed);
    metadata.advance(SESSION.plusHours(4));
    String young = object();

    sweeper("n1").sweep();

    assertThat(metadata.doomed(REGION)).containsExactly(orphan);
    assertThat(store.size(young)).isPresent();
  }

  @Test
  void abortsSessionsOfClosedHoursAndLeavesYoungerOnes() throws IOException {
    session();
    metadata.advance(SESSION.plusHours(4));
    String young = session();

    sweeper("n1").sweep();

    assertThat(unfinished(0)).isEmpty();
    assertThat(unfinished(SESSION.plusHours(4).toMillis())).containsExactly(young);
  }

  @Test
  void findsOrphansOfHoursThatCloseLaterAndOfOldOnesAfterARestart() throws IOException {
    ObjectSweeper sweeper = sweeper("n1");
    sweeper.sweep();
    String first = object();
    metadata.advance(SESSION.plusHours(4));
    sweeper.sweep();
    assertThat(metadata.doomed(REGION)).containsExactly(first);

    String second = object();
    metadata.advance(SESSION.plusHours(100));
    ObjectSweeper restarted = sweeper("n1");
    for (int i = 0; i < 10; i++) {
      restarted.sweep();
    }
    assertThat(metadata.commands())
        .filteredOn(command -> command instanceof MetadataCommand.DoomObjects)
        .contains(new MetadataCommand.DoomObjects(REGION, List.of(second)));
  }

  @Test
  void nodesShareTheWorkAndNoneIsLeftOut() throws IOException {
    metadata.join(new Membership.Member("n2", REGION, "127.0.0.1:2"));
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      keys.add(object());
    }
    keys.forEach(this::doom);

    sweeper("n1").sweep();
    int left = metadata.doomed(REGION).size();
    assertThat(left).isBetween(1, 39);

    sweeper("n2").sweep();
    assertThat(metadata.doomed(REGION)).isEmpty();
  }

  @Test
  void outlivesADeadStoreAndDeadMetadata() throws Exception {
    String doomed = object();
    doom(doomed);
    storeDown.set(true);
    metadata.setDown(true);
    SweepSettings quick =
        new SweepSettings(Duration.ZERO, Duration.ofMillis(10), Duration.ZERO, SESSION, 24);
    try (ObjectSweeper sweeper = sweeper("n1", quick)) {
      sweeper.start();
      sweeper.sweep();
      metadata.setDown(false);
      sweeper.sweep();
      assertThat(metadata.doomed(REGION)).containsExactly(doomed);

      storeDown.set(false);
      eventually(() -> assertThat(metadata.doomed(REGION)).isEmpty());
    }
    assertThat(store.size(doomed)).isEmpty();
  }

  private ObjectSweeper sweeper(String node) {
    return sweeper(node, SweepSettings.of(Duration.ofHours(2), SESSION));
  }

  private ObjectSweeper sweeper(String node, SweepSettings settings) {
    return new ObjectSweeper(
        REGION,
        metadata,
        store,
        new OwnerSelector(regions, node),
        settings,
        new SimpleMeterRegistry());
  }

  private void doom(String key) {
    metadata.execute(Caller.ANONYMOUS, new MetadataCommand.DoomObjects(REGION, List.of(key)));
  }

  private String object() throws IOException {
    try (ObjectUpload upload = store.resume(store.begin(newKey()))) {
      upload.append(new ByteArrayInputStream(new byte[4]));
      return upload.complete().key();
    }
  }

  private String session() throws IOException {
    String key = newKey();
    try (ObjectUpload upload = store.resume(store.begin(key))) {
      upload.append(new ByteArrayInputStream(new byte[4]));
      upload.flush(true);
    }
    return key;
  }

  private String newKey() {
    return ObjectKeys.create(metadata.clusterTimeMillis());
  }

  /** Keys of sessions of the hour that was so long after the start of the test. */
  private List<String> unfinished(long afterStart) {
    long start = Duration.ofHours(1000).toMillis();
    return store
        .list(ObjectKeys.hourPrefix(start + afterStart), Optional.empty(), 100)
        .unfinished()
        .stream()
        .map(state -> state.key())
        .toList();
  }

  private static BlobStore failingWhen(AtomicBoolean down, BlobStore store) {
    return (BlobStore)
        Proxy.newProxyInstance(
            BlobStore.class.getClassLoader(),
            new Class<?>[] {BlobStore.class},
            (proxy, method, arguments) -> {
              if (down.get()) {
                throw new BlobStoreException(BlobStoreException.Kind.UNAVAILABLE, "down");
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
