package dev.meridian.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.http.RegistryClient.Answer;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.metadata.MetadataCommand.CommitBlob;
import dev.meridian.node.redirect.RedirectPolicy;
import dev.meridian.node.routing.Coordinates;
import dev.meridian.node.routing.Network;
import dev.meridian.node.routing.RoutingSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node of us-east and one of eu-west, where its clients are. */
class RegionRedirectTest extends EdgeTest {

  private static final RegionId US = EdgeFixture.REGION;
  private static final RegionId EU = RegionId.parse("eu-west");
  private static final RegionId AP = RegionId.parse("ap-south");
  private static final RegionId NORTH = RegionId.parse("eu-north");
  private static final RoutingSettings CLIENTS =
      new RoutingSettings(
          Optional.empty(),
          List.of(),
          Map.of(Network.parse("127.0.0.0/8"), EU),
          Optional.empty(),
          Map.of());
  private static final byte[] CONTENT = new byte[2048];

  static {
    new Random(1).nextBytes(CONTENT);
  }

  @TempDir private Path other;

  private EdgeFixture far;
  private RegistryClient there;
  private Digest digest;

  /** A blob that both regions hold. */
  @BeforeEach
  void startAnotherRegion() throws IOException {
    restart(EdgeFixture.Parts.of(directory).with(CLIENTS, RedirectPolicy.NO_LESS_SECURE));
    far = new EdgeFixture(EdgeFixture.Parts.of(other).with(EU, edge.metadata));
    there = far.client();
    edge.metadata.nodes(
        List.of(
            new Membership.Member("n1", US, "127.0.0.1:1"),
            new Membership.Member("n2", EU, "127.0.0.1:2")));
    edge.metadata.publicUrls(Map.of(EU, URI.create("http://127.0.0.1:" + far.port())));
    digest = there.pushBlob("demo/app", CONTENT);
    String keyThere = lastKey();
    client.pushBlob("demo/other", CONTENT);
    edge.metadata.place(digest, Map.of(EU, keyThere, US, lastKey()));
  }

  private String lastKey() {
    return ((CommitBlob) edge.metadata.commands().getLast()).objectKey();
  }

  @AfterEach
  void stopAnotherRegion() {
    far.close();
  }

  @Test
  void sendsAClientToTheRegionNearestToIt() throws IOException {
    Answer sent = get(digest);
    assertThat(sent.status()).isEqualTo(307);
    assertThat(sent.header("Location"))
        .startsWith("http://127.0.0.1:" + far.port() + "/v2/demo/app/blobs/" + digest + "?");
    assertThat(sent.header("Docker-Content-Digest")).isEqualTo(digest.toString());

    Answer got = there.get(target(sent));
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.bytes()).isEqualTo(CONTENT);
    assertThat(client.get("/metrics").text())
        .contains("meridian_redirects_total{mode=\"region\"} 1.0")
        .contains("meridian_redirects_total{mode=\"stream\"} 0.0");
  }

  @Test
  void sendsRangesToo() throws IOException {
    Answer sent = get(digest, "Range", "bytes=10-19");
    assertThat(sent.status()).isEqualTo(307);
    Answer got = there.get(target(sent), "Range", "bytes=10-19");
    assertThat(got.status()).isEqualTo(206);
    assertThat(got.header("Content-Range")).isEqualTo("bytes 10-19/2048");
  }

  @Test
  void answersHeadItself() throws IOException {
    assertThat(client.head("/v2/demo/app/blobs/" + digest).status()).isEqualTo(200);
  }

  @Test
  void servesWhereItIsNearestOrTheOtherRegionCannot() throws IOException {
    Map<RegionId, String> placed = edge.metadata.placements(digest);
    edge.metadata.place(digest, Map.of(US, placed.get(US)));
    assertThat(get(digest).status()).as("not held there").isEqualTo(200);
    edge.metadata.place(digest, placed);
    assertThat(get(digest).status()).isEqualTo(307);

    edge.metadata.drainedRegions(Set.of(EU));
    assertThat(get(digest).status()).as("drained").isEqualTo(200);
    edge.metadata.drainedRegions(Set.of());
    assertThat(get(digest).status()).isEqualTo(307);

    edge.replicas.failed(EU);
    assertThat(get(digest).status()).as("failed lately").isEqualTo(200);
    edge.replicas.answered(EU);
    assertThat(get(digest).status()).isEqualTo(307);

    edge.metadata.publicUrls(Map.of());
    assertThat(get(digest).status()).as("without a URL").isEqualTo(200);
    edge.metadata.publicUrls(Map.of(EU, URI.create("http://127.0.0.1:" + far.port())));
    edge.metadata.nodes(List.of(new Membership.Member("n1", US, "127.0.0.1:1")));
    assertThat(get(digest).status()).as("without a node").isEqualTo(200);
  }

  @Test
  void sendsAClientOfElsewhereToAHolderThatIsNearerThanThisRegion() throws IOException {
    restart(clientsOfEuNorth(new Coordinates(59.3, 18.1)));
    Map<RegionId, String> placed = edge.metadata.placements(digest);

    Answer sent = get(digest);
    assertThat(sent.status()).isEqualTo(307);
    assertThat(there.get(target(sent)).bytes()).isEqualTo(CONTENT);
    edge.metadata.place(digest, Map.of(EU, placed.get(EU)));
    assertThat(get(digest).status()).as("not held here").isEqualTo(307);
    edge.metadata.place(digest, placed);

    edge.replicas.storageAnswers(EU, false);
    assertThat(get(digest).status()).as("storage there is down").isEqualTo(200);
    edge.replicas.storageAnswers(EU, true);
    edge.metadata.place(digest, Map.of(US, placed.get(US), AP, "key"));
    assertThat(get(digest).status()).as("the other holder takes no clients").isEqualTo(200);
    edge.metadata.place(digest, placed);
    restart(clientsOfEuNorth(new Coordinates(42.4, -71.1)));
    assertThat(get(digest).status()).as("this region is nearer").isEqualTo(200);
  }

  /** This node's clients are in a region that is none of the cluster. */
  private EdgeFixture.Parts clientsOfEuNorth(Coordinates place) {
    return EdgeFixture.Parts.of(directory)
        .with(US, far.metadata)
        .with(
            new RoutingSettings(
                Optional.empty(),
                List.of(),
                Map.of(Network.parse("127.0.0.0/8"), NORTH),
                Optional.empty(),
                Map.of(
                    US, new Coordinates(39, -77.5),
                    EU, new Coordinates(53.3, -6.2),
                    NORTH, place)),
            RedirectPolicy.NO_LESS_SECURE);
  }

  @Test
  void sendsNobodyElsewhereWherePolicyForbidsIt() throws IOException {
    assertThat(get(digest, "X-Forwarded-Proto", "https").status()).isEqualTo(200);
    restart(keeping(RedirectPolicy.NEVER));
    assertThat(get(digest).status()).isEqualTo(200);
    restart(keeping(RedirectPolicy.ALWAYS));
    assertThat(get(digest, "X-Forwarded-Proto", "https").status()).isEqualTo(307);
  }

  private EdgeFixture.Parts keeping(RedirectPolicy policy) {
    return EdgeFixture.Parts.of(directory).with(US, far.metadata).with(CLIENTS, policy);
  }

  @Test
  void doesNotSendOnWhoWasSentHere() throws IOException {
    edge.metadata.publicUrls(
        Map.of(
            EU, URI.create("http://127.0.0.1:" + far.port()),
            US, URI.create("http://127.0.0.1:" + edge.port())));
    far.close();
    far =
        new EdgeFixture(
            EdgeFixture.Parts.of(other)
                .with(EU, edge.metadata)
                .with(
                    new RoutingSettings(
                        Optional.empty(),
                        List.of(),
                        Map.of(Network.parse("127.0.0.0/8"), US),
                        Optional.empty(),
                        Map.of()),
                    RedirectPolicy.ALWAYS));
    there = far.client();
    edge.metadata.publicUrls(
        Map.of(
            EU, URI.create("http://127.0.0.1:" + far.port()),
            US, URI.create("http://127.0.0.1:" + edge.port())));

    assertThat(there.get("/v2/demo/app/blobs/" + digest).status()).isEqualTo(307);
    assertThat(there.get(target(get(digest))).status()).isEqualTo(200);
  }

  @Test
  void refusesCapabilitiesThatAreNotGood() throws IOException {
    String target = target(get(digest));
    assertThat(there.head(target).status()).isEqualTo(200);

    String otherRepository = target.replace("demo/app", "demo/other");
    Digest another = there.pushBlob("demo/app", new byte[] {1, 2, 3});
    for (String bad :
        List.of(
            otherRepository,
            target.replace(digest.toString(), another.toString()),
            target.substring(0, target.length() - 1),
            target.replaceFirst("capability=[0-9]", "capability=9"),
            target.replaceFirst("capability=.*", "capability="),
            target.replaceFirst("capability=.*", "capability=1.x"))) {
      Answer refused = there.get(bad);
      assertThat(refused.status()).as(bad).isEqualTo(403);
      assertThat(refused.code()).isEqualTo("DENIED");
      assertThat(refused.message()).contains("was not given for this blob in region eu-west");
      assertThat(there.head(bad).status()).isEqualTo(403);
    }
    assertThat(client.get(target).status()).as("another region").isEqualTo(403);

    edge.metadata.advance(Duration.ofMinutes(4));
    edge.metadata.rotateKeys(
        List.of(
            "a new key".getBytes(StandardCharsets.UTF_8),
            "a key of the cluster".getBytes(StandardCharsets.UTF_8)));
    assertThat(there.get(target).status()).isEqualTo(200);
    edge.metadata.advance(Duration.ofMinutes(2));
    Answer expired = there.get(target);
    assertThat(expired.status()).isEqualTo(403);
    assertThat(expired.message()).contains("has expired");
    assertThat(there.get(target(get(digest))).status()).isEqualTo(200);
  }

  @Test
  void passesNoBytesOnThatMustNotBeInItsRegion() throws IOException {
    restart(keeping(RedirectPolicy.NEVER));
    edge.metadata.only(Set.of(EU, AP));

    Answer sent = get(digest, "X-Forwarded-Proto", "https");
    assertThat(sent.status()).isEqualTo(307);
    assertThat(there.get(target(sent)).bytes()).isEqualTo(CONTENT);
    assertThat(client.head("/v2/demo/app/blobs/" + digest).status()).isEqualTo(200);

    edge.metadata.publicUrls(Map.of());
    Answer refused = get(digest);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.code()).isEqualTo("DENIED");
    assertThat(refused.message())
        .isEqualTo(
            "blob " + digest + " may only be in ap-south, eu-west, not in us-east: ask there");
  }

  @Test
  void sendsNobodyToACopyThatMustNotBeWhereItIs() throws IOException {
    edge.metadata.only(Set.of(US, AP));
    assertThat(get(digest).status()).isEqualTo(200);
  }

  @Test
  void passesNoneOnToWhomItWasSentBeforeThePolicyChanged() throws IOException {
    String target = target(get(digest));
    edge.metadata.only(Set.of(US));
    assertThat(there.get(target).status()).isEqualTo(403);
  }

  @Test
  void takesNoUploadsThatMustNotBeInItsRegion() throws IOException {
    edge.metadata.only(Set.of(EU));
    String uploads = "/v2/demo/app/blobs/uploads/";
    String query = "?digest-algorithm=sha256&unknown=a|b".replace("|", "%7C");

    Answer sent = client.post(uploads + query);
    assertThat(sent.status()).isEqualTo(307);
    assertThat(sent.header("Location"))
        .isEqualTo("http://127.0.0.1:" + far.port() + uploads + query);
    Answer begun = there.post(uploads + query);
    assertThat(begun.status()).isEqualTo(202);
    assertThat(begun.header("Location")).startsWith("http://127.0.0.1:" + far.port() + uploads);

    String session = URI.create(begun.header("Location")).getPath();
    Answer patched = client.send("PATCH", session, CONTENT);
    assertThat(patched.status()).isEqualTo(307);
    assertThat(patched.header("Location")).isEqualTo("http://127.0.0.1:" + far.port() + session);
    assertThat(there.send("PUT", session + "?digest=" + digest, CONTENT).status()).isEqualTo(201);

    Answer mounted = client.post(uploads + "?mount=" + digest + "&from=demo/other");
    assertThat(mounted.status()).isEqualTo(201);
    edge.metadata.publicUrls(Map.of());
    Answer refused = client.post(uploads);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.code()).isEqualTo("DENIED");
    assertThat(refused.message())
        .isEqualTo(
            "blobs of repository demo/app may only be in eu-west, not in us-east: ask there");
    assertThat(there.post(uploads).header("Location")).startsWith(uploads);
  }

  private Answer get(Digest blob, String... headers) throws IOException {
    return client.get("/v2/demo/app/blobs/" + blob, headers);
  }

  /** What the client asks the other region for. */
  private static String target(Answer sent) {
    URI location = URI.create(sent.header("Location"));
    return location.getRawPath() + "?" + location.getRawQuery();
  }
}
