package dev.meridian.node.fetch;

import dev.meridian.model.ByteRange;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.ObjectKeys;
import dev.meridian.node.blobs.ObjectUpload;
import dev.meridian.node.blobs.file.FileBlobStore;
import dev.meridian.node.metadata.BlobEntry;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.peer.BlobRequest;
import dev.meridian.node.peer.PeerBlobs;
import dev.meridian.node.peer.PeerClient;
import dev.meridian.node.peer.PeerRefusedException;
import dev.meridian.node.peer.PeerRefusedException.Reason;
import dev.meridian.node.peer.PeerServer;
import dev.meridian.node.peer.PeerSettings;
import dev.meridian.node.peer.PeerTls;
import dev.meridian.node.routing.OwnerSelector;
import dev.meridian.node.routing.RegionMap;
import dev.meridian.node.routing.ReplicaSelector;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** What of a node serves blobs: a peer server, a fetcher, and a file store of its region. */
public final class TestNode implements AutoCloseable {

  public static final RepositoryName REPOSITORY = RepositoryName.parse("demo/app");
  private static final PeerSettings SETTINGS =
      new PeerSettings(Duration.ofSeconds(20), Duration.ofMinutes(1), Duration.ofSeconds(5), 256);

  public final RegionId region;
  public final BlobStore store;
  public final BlobFetcher fetcher;
  public final SpoolDirectory spools;
  public final RegionMap regions;
  public final PeerClient client;

  /** How often this node was asked for a copy of its region, and for one of another. */
  public final AtomicInteger heldRequests = new AtomicInteger();

  public final AtomicInteger fetchedRequests = new AtomicInteger();

  /** How often it was asked to make a copy, and whether it refuses to. */
  public final AtomicInteger copyRequests = new AtomicInteger();

  public volatile boolean refusesCopies;

  /** What it waits for before it makes one. */
  public volatile CountDownLatch beforeCopies = new CountDownLatch(0);

  /** What is done to the bodies of copies that it gives. */
  public volatile UnaryOperator<BlobBody> fault = UnaryOperator.identity();

  /** Whether it takes its region's storage for well; how often it read there, and what it got. */
  public volatile boolean storageUp = true;

  public final AtomicInteger storageReads = new AtomicInteger();

  public volatile UnaryOperator<BlobBody> storageFault = UnaryOperator.identity();

  private final FakeMetadata metadata;
  private final PeerServer server;

  public TestNode(
      Vertx vertx, FakeMetadata metadata, RegionId region, String id, Path data, long spool) {
    this.metadata = metadata;
    this.region = region;
    store = observed(new FileBlobStore(data.resolve(region.toString())));
    spools = new SpoolDirectory(data.resolve("spool-" + id), spool, Duration.ofSeconds(12));
    regions = new RegionMap(region, metadata::membership);
    client = new PeerClient(vertx, "demo", SETTINGS, PeerTls.NONE);
    RegionCopies copies =
        new RegionCopies(
            region,
            metadata,
            store,
            () -> storageUp,
            new ComparedFiles(Duration.ofDays(1), System::nanoTime),
            new SimpleMeterRegistry());
    fetcher =
        new BlobFetcher(
            new OwnerSelector(regions, id),
            client,
            new Holders(
                regions, new ReplicaSelector(Comparator::naturalOrder, System::nanoTime), client),
            spools,
            copies,
            new SimpleMeterRegistry());
    server =
        new PeerServer(
            vertx,
            "demo",
            "127.0.0.1:0",
            observed(new RegionBlobs(metadata, copies, fetcher)),
            request -> request.response().setStatusCode(404).end(),
            () -> storageUp,
            SETTINGS,
            PeerTls.NONE);
    server.start();
    metadata.join(new Membership.Member(id, region, "127.0.0.1:" + server.port()));
  }

  private BlobStore observed(BlobStore files) {
    return (BlobStore)
        Proxy.newProxyInstance(
            BlobStore.class.getClassLoader(),
            new Class<?>[] {BlobStore.class},
            (proxy, method, arguments) -> {
              if (!method.getName().equals("open")) {
                return invoke(method, files, arguments);
              }
              storageReads.incrementAndGet();
              return storageFault.apply((BlobBody) invoke(method, files, arguments));
            });
  }

  private static Object invoke(Method method, BlobStore store, Object... arguments)
      throws Throwable {
    try {
      return method.invoke(store, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private PeerBlobs observed(PeerBlobs blobs) {
    return new PeerBlobs() {
      @Override
      public PeerBlob openHeld(BlobRequest request) {
        heldRequests.incrementAndGet();
        PeerBlob blob = blobs.openHeld(request);
        return new PeerBlob(fault.apply(blob.body()), blob.size());
      }

      @Override
      public PeerBlob openFetched(BlobRequest request) {
        fetchedRequests.incrementAndGet();
        return blobs.openFetched(request);
      }

      @Override
      public void copy(BlobRequest request) {
        copyRequests.incrementAndGet();
        try {
          beforeCopies.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        if (refusesCopies) {
          throw new PeerRefusedException(Reason.UNAVAILABLE, "no room");
        }
        blobs.copy(request);
      }
    };
  }

  /** Stores a blob in this node's region, placed under a digest that may be another's. */
  public void hold(Digest digest, byte[] content) throws IOException {
    String key = ObjectKeys.create(metadata.clusterTimeMillis());
    try (ObjectUpload upload = store.resume(store.begin(key))) {
      upload.append(new ByteArrayInputStream(content));
      metadata.place(digest, region, upload.complete().key());
    }
  }

  /** Opens a blob as a client's request of this node does. */
  public BlobBody open(Digest digest, Optional<ByteRange> range) {
    BlobEntry entry = metadata.getBlob(REPOSITORY, digest, Freshness.LOCAL);
    return fetcher.open(ColdBlob.of(digest, entry), range);
  }

  public byte[] read(Digest digest) throws IOException {
    try (BlobBody body = open(digest, Optional.empty())) {
      return body.openStream().readAllBytes();
    }
  }

  /** Dies: its listener is gone, but the cluster does not know yet. */
  public void die() {
    server.close();
  }

  @Override
  public void close() {
    server.close();
    client.close();
    store.close();
  }
}
