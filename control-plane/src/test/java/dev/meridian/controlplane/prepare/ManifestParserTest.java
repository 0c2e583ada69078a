package dev.meridian.controlplane.prepare;

import static dev.meridian.controlplane.prepare.ManifestJsonText.config;
import static dev.meridian.controlplane.prepare.ManifestJsonText.descriptor;
import static dev.meridian.controlplane.prepare.ManifestJsonText.digest;
import static dev.meridian.controlplane.prepare.ManifestJsonText.image;
import static dev.meridian.controlplane.prepare.ManifestJsonText.index;
import static dev.meridian.controlplane.prepare.ManifestJsonText.json;
import static dev.meridian.controlplane.prepare.ManifestJsonText.layer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.meridian.model.MediaTypes;
import dev.meridian.proto.log.ManifestLink;
import dev.meridian.proto.log.ManifestLink.Kind;
import dev.meridian.proto.log.RejectionCode;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestParserTest {

  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
  private static final String FOREIGN = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
  private static final String NONDISTRIBUTABLE =
      "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";

  private final ManifestParser parser = new ManifestParser();

  @Test
  void readsAnImage() throws Exception {
    ParsedManifest manifest =
        parse(
            image(layer("a") + "," + layer("b"), ",'annotations':{'k':'v'},'unknown':[{}]"),
            MediaTypes.OCI_MANIFEST);
    assertThat(manifest.mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
    assertThat(manifest.references())
        .containsExactly(
            link(Kind.BLOB, "application/vnd.oci.image.config.v1+json", "config"),
            link(Kind.BLOB, LAYER, "a"),
            link(Kind.BLOB, LAYER, "b"));
    assertThat(manifest.annotations()).isEqualTo(Map.of("k", "v"));
    assertThat(manifest.artifactType()).isEqualTo("application/vnd.oci.image.config.v1+json");
    assertThat(manifest.subject()).isEmpty();
  }

  @Test
  void readsAnIndex() throws Exception {
    ParsedManifest manifest =
        parse(
            index(
                descriptor(MediaTypes.OCI_MANIFEST, "m")
                    + ","
                    + descriptor(MediaTypes.OCI_INDEX, "i")
                    + ","
                    + descriptor(LAYER, "blob"),
                ",'artifactType':'a/b','subject':" + descriptor(MediaTypes.OCI_MANIFEST, "s")),
            MediaTypes.OCI_INDEX);
    assertThat(manifest.references())
        .containsExactly(
            link(Kind.MANIFEST, MediaTypes.OCI_MANIFEST, "m"),
            link(Kind.MANIFEST, MediaTypes.OCI_INDEX, "i"),
            link(Kind.EITHER, LAYER, "blob"));
    assertThat(manifest.artifactType()).isEqualTo("a/b");
    assertThat(manifest.subject().orElseThrow().getDigest()).isEqualTo(digest("s").toString());
  }

  @Test
  void anIndexWithoutArtifactTypeHasNone() throws Exception {
    assertThat(parse(index("", ""), MediaTypes.OCI_INDEX).artifactType()).isEmpty();
  }

  @Test
  void readsDockersManifestAndList() throws Exception {
    ParsedManifest manifest =
        parse(
            image(layer("a"), ",'subject':'ignored'")
                .replace(MediaTypes.OCI_MANIFEST, MediaTypes.DOCKER_MANIFEST)
                .replace(",'subject':'ignored'", ""),
            MediaTypes.DOCKER_MANIFEST);
    assertThat(manifest.references()).hasSize(2);
    ParsedManifest list =
        parse(
            index(descriptor(MediaTypes.DOCKER_MANIFEST, "m"), "")
                .replace(MediaTypes.OCI_INDEX, MediaTypes.DOCKER_MANIFEST_LIST),
            MediaTypes.DOCKER_MANIFEST_LIST);
    assertThat(list.references())
        .containsExactly(link(Kind.MANIFEST, MediaTypes.DOCKER_MANIFEST, "m"));
  }

  @Test
  void readsAnArtifactManifest() throws Exception {
    ParsedManifest manifest =
        parse(
            "{'mediaType':'%s','artifactType':'a/b','blobs':[%s],'subject':%s}"
                .formatted(
                    MediaTypes.OCI_ARTIFACT_MANIFEST,
                    layer("a"),
                    descriptor(MediaTypes.OCI_MANIFEST, "s")),
            MediaTypes.OCI_ARTIFACT_MANIFEST);
    assertThat(manifest.references()).containsExactly(link(Kind.BLOB, LAYER, "a"));
    assertThat(manifest.subject()).isPresent();
    assertThat(manifest.artifactType()).isEqualTo("a/b");
  }

  @Test
  void theArtifactTypeOfAnImageComesBeforeItsConfigs() throws Exception {
    assertThat(parse(image("", ",'artifactType':'a/b'"), "").artifactType()).isEqualTo("a/b");
  }

  @Test
  void layersThatAreNotDistributedAreOptional() throws Exception {
    ParsedManifest manifest =
        parse(
            image(
                String.join(
                    ",",
                    descriptor(NONDISTRIBUTABLE, "a"),
                    descriptor(FOREIGN, "b"),
                    layer("c").replace("'size'", "'urls':['https://x'],'size'"),
                    layer("d").replace("'size'", "'urls':null,'size'"),
                    layer("e")),
                ""),
            "");
    assertThat(manifest.references())
        .extracting(ManifestLink::getOptional)
        .containsExactly(false, true, true, true, false, false);
  }

  @Test
  void ofTwoReferencesToOneContentTheMoreDemandingCounts() throws Exception {
    ParsedManifest image =
        parse(image(descriptor(FOREIGN, "a") + "," + layer("a") + "," + layer("config"), ""), "");
    assertThat(image.references()).hasSize(2).noneMatch(ManifestLink::getOptional);
    ParsedManifest index =
        parse(
            index(descriptor("x/y", "m") + "," + descriptor(MediaTypes.OCI_MANIFEST, "m"), ""), "");
    assertThat(index.references()).extracting(ManifestLink::getKind).containsExactly(Kind.MANIFEST);
  }

  @Test
  void theContentTypeIsReadWithoutParametersAndCase() throws Exception {
    assertThat(parse(image("", ""), "Application/Vnd.OCI.image.manifest.v1+json; charset=utf-8"))
        .extracting(ParsedManifest::mediaType)
        .isEqualTo(MediaTypes.OCI_MANIFEST);
  }

  @Test
  void eitherOfContentTypeAndMediaTypeIsEnough() throws Exception {
    String untyped = image("", "").replace("'mediaType':'" + MediaTypes.OCI_MANIFEST + "',", "");
    assertThat(parse(untyped, MediaTypes.OCI_MANIFEST).mediaType())
        .isEqualTo(MediaTypes.OCI_MANIFEST);
    assertThat(parse(image("", ""), "").mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
    assertRefused(untyped, "", "mediaType is missing");
  }

  @Test
  void refusesAMediaTypeThatDiffersFromTheContentType() {
    assertRefused(image("", ""), MediaTypes.OCI_INDEX, "field mediaType differs");
    assertRefused(image("", ""), "application/json", "field mediaType differs");
  }

  @Test
  void takesAnyJsonObjectOfATypeThatIsNotKnown() throws Exception {
    ParsedManifest manifest =
        parse("{'layers':5,'config':[],'subject':'x'}", "application/vnd.example.thing+json");
    assertThat(manifest).isEqualTo(ParsedManifest.opaque("application/vnd.example.thing+json"));
    assertThat(parse("{}", "application/json").references()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html", "image/svg+xml", "application/xhtml+xml", "x", "a/b+json/c"})
  void refusesATypeThatIsNotJson(String mediaType) {
    assertRefused("{}", mediaType, "is not a manifest's");
  }

  @Test
  void namesATypeOutsideOfTheBasicPlane() {
    String emoji = Character.toString(0x1F600);
    assertRefused("{'mediaType':'a/" + emoji + "'}", "", "media type a/? is not a manifest's");
    assertRefused("{}", "a/" + emoji.repeat(200), "media type a/" + "?".repeat(98) + " is not");
  }

  @Test
  void refusesDockersSchema1() {
    assertRefused("{'schemaVersion':1}", MediaTypes.DOCKER_SCHEMA1, "schema 1");
    assertRefused("{'schemaVersion':1}", MediaTypes.DOCKER_SCHEMA1_SIGNED, "schema 1");
    assertRefused("{'schemaVersion':1,'fsLayers':[]}", "application/json", "schema 1");
  }

  @Test
  void acceptsWhatGoWritesForNothing() throws Exception {
    String image = image("", ",'subject':null,'annotations':null,'artifactType':null");
    assertThat(parse(image.replace("'layers':[]", "'layers':null"), "").references()).hasSize(1);
    assertThat(parse(index("", "").replace("[]", "null"), "").references()).isEmpty();
  }

  @Test
  void namesTheFieldThatIsWrong() {
    assertRefused(image("", "").replace("'schemaVersion':2,", ""), "", "field schemaVersion");
    assertRefused(image("", "").replace("n':2", "n':3"), "", "field schemaVersion");
    assertRefused(image("", "").replace("n':2", "n':2.0"), "", "field schemaVersion");
    assertRefused(image("", "").replace("n':2", "n':9e99"), "", "field schemaVersion");
    assertRefused(image("", "").replace("'config':" + config() + ",", ""), "", "field config");
    assertRefused(image("", "").replace(",'layers':[]", ""), "", "field layers is missing");
    assertRefused(image("", "").replace("[]", "{}"), "", "field layers is not valid");
    assertRefused(image("5", ""), "", "field layers[0]");
    assertRefused(image("null", ""), "", "field layers[0]");
    assertRefused(image(layer("a") + ",{}", ""), "", "field layers[1].mediaType");
    assertRefused(layerWith("'size':1", "'size':-1"), "", "field layers[0].size");
    assertRefused(layerWith("'size':1", "'size':'1'"), "", "field layers[0].size");
    assertRefused(layerWith("'size':1", "'size':1e3"), "", "field layers[0].size");
    assertRefused(layerWith("'size':1", "'size':99999999999999999999"), "", "field layers[0].size");
    assertRefused(layerWith("'size':1", "'x':1"), "", "field layers[0].size");
    assertRefused(layerWith("sha256", "sha1"), "", "field layers[0].digest: digest algorithm");
    assertRefused(layerWith("sha256:", "sha256:0"), "", "field layers[0].digest: digest");
    assertRefused(layerWith("'digest'", "'x'"), "", "field layers[0].digest");
    assertRefused(layerWith(LAYER, ""), "", "field layers[0].mediaType");
    assertRefused(layerWith(LAYER, "x".repeat(256)), "", "field layers[0].mediaType");
    assertRefused(image("", ",'subject':{}"), "", "field subject.mediaType");
    assertRefused(image("", ",'annotations':[]"), "", "field annotations");
    assertRefused(image("", ",'annotations':{'a':1}"), "", "field annotations value");
    assertRefused(image("", ",'artifactType':{}"), "", "field artifactType");
    assertRefused("{'mediaType':7}", "", "field mediaType");
    assertRefused(index("", "").replace("'manifests':[]", "'x':1"), "", "field manifests");
  }

  @Test
  void refusesWhatIsAnImageToOneReaderAndAnIndexToAnother() {
    assertRefused(image("", ",'manifests':[]"), "", "field manifests does not belong");
    assertRefused(index("", ",'layers':[]"), "", "field layers does not belong");
    assertRefused(index("", ",'config':" + config()), "", "field config does not belong");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "x",
        "[]",
        "5",
        "null",
        "'text'",
        "{",
        "{'a':}",
        "{'a':1,}",
        "{a:1}",
        "{'a':01}",
        "{} {}",
        "{}x",
        "{}]",
        "{'a':1,'a':2}",
        "{'a':{'b':1,'b':1}}",
        "{'a':'\u0001'}",
        "{'a':NaN}",
        "// c\n{}",
        "{'a':'\\x'}",
        "\ufeff{}",
        "{}\0"
      })
  void refusesWhatIsNotOneJsonObject(String text) {
    assertRefused(text, "application/json", "manifest is not valid");
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    assertRefused(
        ByteString.copyFrom("{\"a\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1)), "UTF-8");
    assertRefused(ByteString.copyFrom("{}".getBytes(StandardCharsets.UTF_16)), "UTF-8");
    assertRefused(
        ByteString.copyFrom("{}".getBytes(StandardCharsets.UTF_16LE)), "manifest is not valid");
    assertRefused(
        ByteString.copyFrom(new byte[] {'{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80}), "UTF-8");
  }

  @Test
  void refusesDeepDocuments() {
    int depth = ManifestJson.MAX_DEPTH + 1;
    assertRefused(
        "{'a':" + "[".repeat(depth) + "]".repeat(depth) + "}", "application/json", "not valid");
    String deepest = "{'a':".repeat(1_000_000);
    assertRefused(deepest.substring(0, 4 << 20), "application/json", "not valid");
  }

  @Test
  void refusesDocumentsOfTooManyNames() {
    String names =
        IntStream.range(0, 300_000).mapToObj(i -> "'" + i + "':0").collect(Collectors.joining(","));
    assertRefused("{" + names + "}", "application/json", "not valid");
  }

  @Test
  void readsAsManyReferencesAsAllowedAndNoMore() throws Exception {
    String most =
        IntStream.range(0, ManifestJson.MAX_REFERENCES - 1)
            .mapToObj(i -> layer("l" + i))
            .collect(Collectors.joining(","));
    assertThat(parse(image(most, ""), "").references()).hasSize(ManifestJson.MAX_REFERENCES);
    assertRefused(image(most + "," + layer("x"), ""), "", "more than 10000 references");
    assertRefused(
        index(
            String.join(",", Collections.nCopies(10_001, descriptor(MediaTypes.OCI_MANIFEST, "m"))),
            ""),
        "",
        "manifests has more than 10000 entries");
  }

  @Test
  void refusesAManifestThatIsTooLarge() throws Exception {
    String padding = " ".repeat(ManifestParser.MAX_SIZE - image("", "").length());
    assertThat(parse(image("", "") + padding, "").references()).hasSize(1);
    assertThatThrownBy(() -> parse(image("", "") + padding + " ", ""))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.toProto().getCode()).isEqualTo(RejectionCode.TOO_LARGE));
  }

  @Test
  void largeAnnotationsAreLeftToTheContentUnlessASubjectNeedsThem() throws Exception {
    String annotations =
        ",'annotations':{"
            + IntStream.range(0, 390)
                .mapToObj(i -> "'a" + i + "':'" + "x".repeat(10_000) + "'")
                .collect(Collectors.joining(","))
            + "}";
    assertThat(parse(image("", annotations), "").annotations()).isEmpty();
    assertRefused(
        image("", annotations + ",'subject':" + descriptor(MediaTypes.OCI_MANIFEST, "s")),
        "",
        "field annotations is too large");
  }

  @Test
  void messagesShowForeignTextShortAndPrintable() {
    for (String text :
        List.of("{'\u0007" + "x".repeat(5_000) + "':", "{'a':" + "y".repeat(9_000))) {
      assertThatThrownBy(() -> parse(text, "application/json"))
          .satisfies(
              refused -> assertThat(refused.getMessage()).matches("[ -~]*").hasSizeLessThan(400));
    }
  }

  private static String layerWith(String text, String replacement) {
    return image(layer("a").replace(text, replacement), "");
  }

  private static ManifestLink link(Kind kind, String mediaType, String content) {
    return ManifestLink.newBuilder()
        .setKind(kind)
        .setMediaType(mediaType)
        .setDigest(digest(content).toString())
        .setSize(content.length())
        .build();
  }

  private ParsedManifest parse(String text, String contentType) throws RefusedException {
    return parser.parse(ByteString.copyFromUtf8(json(text)), contentType);
  }

  private void assertRefused(String text, String contentType, String message) {
    assertThatThrownBy(() -> parse(text, contentType))
        .as(text.substring(0, Math.min(200, text.length())))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused ->
                assertThat(refused.toProto().getCode()).isEqualTo(RejectionCode.MANIFEST_INVALID))
        .hasMessageContaining(message);
  }

  private void assertRefused(ByteString content, String message) {
    assertThatThrownBy(() -> parser.parse(content, "application/json"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(message);
  }
}
