package dev.meridian.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.BlobStoreException.Kind;
import dev.meridian.node.blobs.GuardedBlobStore;
import dev.meridian.node.blobs.MeteredBlobStore;
import dev.meridian.node.blobs.ObjectUpload;
import dev.meridian.node.blobs.StorageBreaker;
import dev.meridian.node.blobs.StoredObject;
import dev.meridian.node.blobs.UploadState;
import dev.meridian.node.blobs.file.FileBlobStore;
import dev.meridian.node.http.RegistryClient.Answer;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.metadata.MetadataCommand.CommitBlob;
import dev.meridian.node.peer.NoBlobs;
import dev.meridian.node.peer.PeerServer;
import dev.meridian.node.peer.PeerSettings;
import dev.meridian.node.peer.PeerTls;
import dev.meridian.node.redirect.RedirectPolicy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The storage of us-east takes nothing while it is written to; that of eu-west is well. */
class StandInRegionTest extends EdgeTest {

  private static final RegionId EU = RegionId.parse("eu-west");
  private static final String UPLOADS = "/v2/demo/app/blobs/uploads/";

  private final byte[] content = new byte[300_000];
  private final Digest digest;
  private volatile Kind failure = Kind.UNAVAILABLE;
  private volatile boolean kept = true;
  private EdgeFixture far;
  private PeerServer internal;

  StandInRegionTest() {
    new Random(1).nextBytes(content);
    digest = Digest.of(Digest.Algorithm.SHA256, content);
  }

  @BeforeEach
  void startAnotherRegion(@TempDir Path other) {
    BlobStore store =
        new MeteredBlobStore(
            new GuardedBlobStore(
                failing(new FileBlobStore(directory)), new StorageBreaker(System::nanoTime)),
            "files",
            new SimpleMeterRegistry());
    restart(EdgeFixture.Parts.of(directory).with(store, RedirectPolicy.NEVER));
    far = new EdgeFixture(EdgeFixture.Parts.of(other).with(EU, edge.metadata));
    internal = internal(far, true);
    edge.metadata.nodes(List.of(member(EU, internal)));
  }

  private static PeerServer internal(EdgeFixture region, boolean storageUp) {
    PeerServer server =
        new PeerServer(
            region.vertx(),
            EdgeFixture.CLUSTER,
            "127.0.0.1:0",
            new NoBlobs(),
            region.edge().requestHandler(),
            () -> storageUp,
            PeerSettings.DEFAULTS,
            PeerTls.NONE);
    server.start();
    return server;
  }

  private static Membership.Member member(RegionId region, PeerServer internal) {
    return new Membership.Member("n-" + region, region, "127.0.0.1:" + internal.port());
  }

  @AfterEach
  void stopAnotherRegion() {
    internal.close();
    far.close();
  }

  /** One whose uploads take bytes, and fail when they are to be stored. */
  private BlobStore failing(BlobStore files) {
    return (BlobStore)
        Proxy.newProxyInstance(
            BlobStore.class.getClassLoader(),
            new Class<?>[] {BlobStore.class},
            (proxy, method, arguments) ->
                method.getName().equals("resume")
                    ? new FailingUpload()
                    : method.invoke(files, arguments));
  }

  private void assertStoredThere() throws IOException {
    CommitBlob commit = (CommitBlob) edge.metadata.commands().getLast();
    assertThat(commit.region()).isEqualTo(EU);
    assertThat(commit.digest()).isEqualTo(digest);
    assertThat(far.client().get("/v2/demo/app/blobs/" + digest).bytes()).isEqualTo(content);
  }

  @Test
  void finishesAWholeBlobInTheNextRegion() throws IOException {
    Answer pushed = client.send("POST", UPLOADS + "?digest=" + digest, content);
    assertThat(pushed.status()).isEqualTo(201);
    assertThat(pushed.header("Location")).isEqualTo("/v2/demo/app/blobs/" + digest);
    assertThat(pushed.header("Meridian-Revision")).isEqualTo("c1.0." + edge.metadata.revision());
    assertStoredThere();
  }

  @Test
  void finishesASessionInTheNextRegion() throws IOException {
    String location = client.post(UPLOADS).header("Location");
    String range = "0-" + (content.length - 1);
    Answer put =
        client.send("PUT", location + "?digest=" + digest, content, "Content-Range", range);
    assertThat(put.status()).isEqualTo(201);
    assertStoredThere();
    assertThat(client.send("PUT", location + "?digest=" + digest, null).status()).isEqualTo(201);
  }

  @Test
  void goesOnWithASessionInTheNextRegion() throws IOException {
    String location = client.post(UPLOADS).header("Location");
    Answer patched = client.stream("PATCH", location, new ByteArrayInputStream(content));
    assertThat(patched.status()).isEqualTo(202);
    assertThat(patched.header("Range")).isEqualTo("0-" + (content.length - 1));
    assertThat(patched.header("Docker-Upload-UUID")).isNotEmpty();

    Answer put = client.send("PUT", patched.header("Location") + "?digest=" + digest, null);
    assertThat(put.status()).isEqualTo(201);
    assertStoredThere();
  }

  @Test
  void failsWhereNobodyElseMayOrCanTakeTheBytes() throws IOException {
    String whole = UPLOADS + "?digest=" + digest;
    edge.metadata.only(Set.of(EdgeFixture.REGION));
    assertUnavailable(client.send("POST", whole, content));
    edge.metadata.only(Set.of());

    kept = false;
    assertUnavailable(client.send("POST", whole, content));
    kept = true;
    failure = Kind.THROTTLED;
    assertThat(client.send("POST", whole, content).status()).isEqualTo(429);
    failure = Kind.FULL;
    assertThat(client.send("POST", whole, content).status()).isEqualTo(201);

    internal.close();
    internal = internal(far, false);
    edge.metadata.nodes(List.of(member(EU, internal)));
    assertUnavailable(client.send("POST", whole, content));
  }

  @Test
  void leavesWhatAnotherNodePassedOnToIt() throws IOException {
    String location = client.post(UPLOADS).header("Location");
    try (PeerServer own = internal(edge, true)) {
      edge.metadata.nodes(List.of(member(EU, internal), member(EdgeFixture.REGION, own)));
      assertUnavailable(far.client().send("PUT", location + "?digest=" + digest, content));
    }
  }

  private static void assertUnavailable(Answer answer) {
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).isNotEmpty();
    assertThat(answer.message()).contains("object storage did not answer");
  }

  private final class FailingUpload implements ObjectUpload {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void append(InputStream body) throws IOException {
      body.transferTo(bytes);
    }

    @Override
    public long length() {
      return bytes.size();
    }

    @Override
    public UploadState flush(boolean more) {
      throw new BlobStoreException(failure, "no such host");
    }

    @Override
    public StoredObject complete() {
      throw new BlobStoreException(failure, "no such host");
    }

    @Override
    public void abort() {
      bytes.reset();
    }

    @Override
    public List<String> leftovers() {
      return List.of();
    }

    @Override
    public Optional<InputStream> untaken() {
      return kept ? Optional.of(new ByteArrayInputStream(bytes.toByteArray())) : Optional.empty();
    }

    @Override
    public void close() {
      bytes.reset();
    }
  }
}
