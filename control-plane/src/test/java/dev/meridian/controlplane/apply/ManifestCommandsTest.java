package dev.meridian.controlplane.apply;

import static dev.meridian.controlplane.apply.Operations.blob;
import static dev.meridian.controlplane.apply.Operations.child;
import static dev.meridian.controlplane.apply.Operations.commitBlob;
import static dev.meridian.controlplane.apply.Operations.deleteBlob;
import static dev.meridian.controlplane.apply.Operations.deleteManifest;
import static dev.meridian.controlplane.apply.Operations.digest;
import static dev.meridian.controlplane.apply.Operations.link;
import static dev.meridian.controlplane.apply.Operations.manifest;
import static dev.meridian.controlplane.apply.Operations.put;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.query.Lookup;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.controlplane.query.Queries.ManifestFound;
import dev.meridian.controlplane.store.Keys.ContentKey;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.Descriptor;
import dev.meridian.model.MediaTypes;
import dev.meridian.model.Reference;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.proto.log.CommandRejection;
import dev.meridian.proto.log.ManifestLink;
import dev.meridian.proto.log.PutManifest;
import dev.meridian.proto.log.RejectionCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestCommandsTest {

  private static final RepositoryName DEMO = RepositoryName.parse("demo");

  @TempDir Path directory;
  private AppliedStore store;

  @BeforeEach
  void open() {
    store = new AppliedStore(directory);
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    store.accepted(commitBlob("demo", "config", "us", "0/b"));
  }

  @AfterEach
  void closeSoundStore() {
    store.checkInvariants();
    store.close();
  }

  @Test
  void storesAManifestWithItsBytesAndTags() {
    store.accepted(put(manifest("demo", "m", blob("layer")).addTags("v1").addTags("latest")));
    for (String reference : List.of("v1", "latest", digest("m").toString())) {
      assertThat(found("demo", reference))
          .hasValue(
              new ManifestFound(
                  digest("m"),
                  MediaTypes.OCI_MANIFEST,
                  1,
                  Optional.of(ByteString.copyFromUtf8("m"))));
    }
  }

  @Test
  void rejectsManifestWhenBlobIsMissing() {
    CommandRejection rejection =
        store.rejected(
            RejectionCode.REFERENCE_UNKNOWN,
            put(manifest("demo", "m", blob("x"), blob("layer"), blob("y")).addTags("v1")));
    assertThat(rejection.getSubjectsList())
        .containsExactly(digest("x").toString(), digest("y").toString());
    assertThat(found("demo", "v1")).isEmpty();
  }

  @Test
  void rejectsManifestWhenBlobIsInAnotherRepositoryOnly() {
    store.rejected(RejectionCode.REFERENCE_UNKNOWN, put(manifest("other", "m", blob("layer"))));
    assertThat(
            store.<Optional<Repository>>read(
                view -> Repository.find(view, RepositoryName.parse("other"))))
        .isEmpty();
  }

  @Test
  void rejectsIndexWhenChildIsMissing() {
    store.rejected(RejectionCode.REFERENCE_UNKNOWN, put(manifest("demo", "i", child("m"))));
    store.rejected(RejectionCode.REFERENCE_UNKNOWN, put(manifest("demo", "i", child("layer"))));
    store.accepted(put(manifest("demo", "m", blob("layer"))));
    store.accepted(put(manifest("demo", "i", child("m"))));
  }

  @Test
  void namesOnlySoManyMissingReferences() {
    ManifestLink[] links =
        IntStream.range(0, 100).mapToObj(i -> blob("x" + i)).toArray(ManifestLink[]::new);
    CommandRejection rejection =
        store.rejected(RejectionCode.REFERENCE_UNKNOWN, put(manifest("demo", "m", links)));
    assertThat(rejection.getSubjectsCount()).isEqualTo(Rejection.MAX_SUBJECTS);
    assertThat(rejection.getMessage()).startsWith("100 of");
  }

  @Test
  void anIndexMayListABlobUnderATypeThatIsNotKnown() {
    store.accepted(put(manifest("demo", "cache", link(ManifestLink.Kind.EITHER, "layer"))));
    store.rejected(RejectionCode.IN_USE, deleteBlob("demo", "layer"));
    store.rejected(
        RejectionCode.REFERENCE_UNKNOWN,
        put(manifest("demo", "other", link(ManifestLink.Kind.EITHER, "x"))));
  }

  @Test
  void anOptionalReferenceIsKeptWhenItIsThere() {
    ManifestLink present = blob("layer").toBuilder().setOptional(true).build();
    ManifestLink absent = blob("x").toBuilder().setOptional(true).build();
    store.accepted(put(manifest("demo", "m", present, absent)));
    store.rejected(RejectionCode.IN_USE, deleteBlob("demo", "layer"));
    store.accepted(commitBlob("demo", "x", "us", "0/x"));
    store.accepted(put(manifest("demo", "m", present, absent)));
    store.rejected(RejectionCode.IN_USE, deleteBlob("demo", "x"));
  }

  @Test
  void puttingAManifestAgainChangesNothingButItsTags() {
    store.accepted(put(manifest("demo", "m", blob("layer")).addTags("v1")));
    var before = record("m");
    store.accepted(put(manifest("demo", "m", blob("layer")).addTags("v2")));
    assertThat(record("m")).isEqualTo(before);
    assertThat(found("demo", "v1")).isPresent();
    assertThat(found("demo", "v2")).isPresent();
  }

  @Test
  void theNewerMediaTypeOfAManifestCounts() {
    store.accepted(put(withSubject("m", "s").setMediaType("application/x+json").addTags("v1")));
    store.accepted(put(withSubject("m", "s").setMediaType(MediaTypes.OCI_INDEX)));
    assertThat(found("demo", "v1").orElseThrow().mediaType()).isEqualTo(MediaTypes.OCI_INDEX);
    assertThat(referrers("s"))
        .extracting(Descriptor::mediaType)
        .containsExactly(MediaTypes.OCI_INDEX);
    store.accepted(put(manifest("demo", "m", blob("config")).setMediaType("application/y+json")));
    assertThat(referrers("s")).isEmpty();
    store.accepted(deleteBlob("demo", "layer"));
    store.rejected(RejectionCode.IN_USE, deleteBlob("demo", "config"));
  }

  @Test
  void listsReferrersOfASubjectThatIsNotThere() {
    store.accepted(put(withSubject("m", "absent").setArtifactType("a/b").putAnnotations("k", "v")));
    assertThat(referrers("absent"))
        .containsExactly(
            new Descriptor(MediaTypes.OCI_MANIFEST, digest("m"), 1, "a/b", Map.of("k", "v")));
    store.accepted(deleteManifest("demo", "m"));
    assertThat(referrers("absent")).isEmpty();
  }

  @Test
  void theSubjectMayBeDeletedBeforeItsReferrers() {
    store.accepted(put(manifest("demo", "s", blob("layer"))));
    store.accepted(put(withSubject("m", "s")));
    store.accepted(deleteManifest("demo", "s"));
    assertThat(referrers("s")).hasSize(1);
  }

  @Test
  void deletesAManifestWithItsTags() {
    store.accepted(put(manifest("demo", "m", blob("layer")).addTags("v1").addTags("v2")));
    store.accepted(put(manifest("demo", "n", blob("layer")).addTags("v3")));
    store.accepted(deleteManifest("demo", "m"));
    assertThat(found("demo", "v1")).isEmpty();
    assertThat(found("demo", digest("m").toString())).isEmpty();
    assertThat(store.<Object>query(queries -> queries.tags(DEMO, "", 10)))
        .isEqualTo(new Lookup.Found<>(new Queries.Page<>(List.of(TagName.parse("v3")), false)));
  }

  @Test
  void refusesToDeleteAChildOfAnIndex() {
    store.accepted(put(manifest("demo", "m", blob("layer"))));
    store.accepted(put(manifest("demo", "i", child("m"))));
    CommandRejection rejection = store.rejected(RejectionCode.IN_USE, deleteManifest("demo", "m"));
    assertThat(rejection.getSubjectsList()).containsExactly(digest("i").toString());
    store.accepted(deleteManifest("demo", "i"));
    store.accepted(deleteManifest("demo", "m"));
  }

  @Test
  void refusesToDeleteAManifestWithTooManyTags() {
    for (int i = 0; i <= ManifestCommands.MAX_TAGS_DELETED; i += 91) {
      PutManifest.Builder put = manifest("demo", "m", blob("layer"));
      IntStream.range(i, i + 91).forEach(tag -> put.addTags("t%04d".formatted(tag)));
      store.accepted(put(put));
    }
    CommandRejection rejection = store.rejected(RejectionCode.IN_USE, deleteManifest("demo", "m"));
    assertThat(rejection.getMessage()).contains("delete tags first");
    store.accepted(Operations.deleteTag("demo", "t0000"));
    store.accepted(deleteManifest("demo", "m"));
  }

  @Test
  void refusesToDeleteWhatIsNotThere() {
    store.rejected(RejectionCode.REPOSITORY_UNKNOWN, deleteManifest("unknown", "m"));
    store.rejected(RejectionCode.MANIFEST_UNKNOWN, deleteManifest("demo", "m"));
  }

  @Test
  void aDeletedManifestLetsItsBlobsLiveOnForALinksLife() {
    store.accepted(put(manifest("demo", "m", blob("layer"))));
    store.passTime(3 * AppliedStore.LINK_LIFE);
    store.accepted(Operations.collect(store.expiredLinks()));
    store.accepted(deleteManifest("demo", "m"));
    store.passTime(AppliedStore.LINK_LIFE - 1);
    assertThat(store.expiredLinks()).isEmpty();
    store.passTime(1);
    assertThat(store.expiredLinks())
        .extracting(link -> link.getDigest())
        .containsExactly(digest("layer").toString());
  }

  @Test
  void aBlobOfTwoManifestsIsHeldUntilBothAreDeleted() {
    store.accepted(put(manifest("demo", "m", blob("layer"))));
    store.accepted(put(manifest("demo", "n", blob("layer"))));
    store.accepted(deleteManifest("demo", "m"));
    store.rejected(RejectionCode.IN_USE, deleteBlob("demo", "layer"));
    store.accepted(deleteManifest("demo", "n"));
    store.accepted(deleteBlob("demo", "layer"));
  }

  @Test
  void repositoriesShareTheBytesOfAManifest() {
    store.accepted(Operations.mountBlob("other", "layer", "demo"));
    store.accepted(put(manifest("demo", "m", blob("layer"))));
    store.accepted(put(manifest("other", "m", blob("layer"))));
    store.accepted(deleteManifest("demo", "m"));
    assertThat(found("other", digest("m").toString()).orElseThrow().content()).isPresent();
    store.accepted(deleteManifest("other", "m"));
    assertThat(store.<Boolean>read(view -> view.contains(Tables.MANIFEST_BYTES, digest("m"))))
        .isFalse();
  }

  private static PutManifest.Builder withSubject(String content, String subject) {
    return manifest("demo", content, blob("layer")).setSubject(child(subject));
  }

  private List<Descriptor> referrers(String subject) {
    return store.query(queries -> queries.referrers(DEMO, digest(subject), "", "", 10)).items();
  }

  private Object record(String content) {
    return store.read(view ->
        view.get(
            Tables.MANIFESTS,
            new ContentKey(Repository.find(view, DEMO).orElseThrow().id(), digest(content))));
  }

  private Optional<ManifestFound> found(String repository, String reference) {
    return switch (store.query(
        queries ->
            queries.manifest(RepositoryName.parse(repository), Reference.parse(reference), true))) {
      case Lookup.Found<ManifestFound>(ManifestFound manifest) -> Optional.of(manifest);
      case Lookup.Missing<ManifestFound> missing -> Optional.empty();
    };
  }
}
