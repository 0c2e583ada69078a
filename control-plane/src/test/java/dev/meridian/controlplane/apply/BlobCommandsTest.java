package dev.meridian.controlplane.apply;

import static dev.meridian.controlplane.apply.Operations.blob;
import static dev.meridian.controlplane.apply.Operations.collect;
import static dev.meridian.controlplane.apply.Operations.commitBlob;
import static dev.meridian.controlplane.apply.Operations.deleteBlob;
import static dev.meridian.controlplane.apply.Operations.digest;
import static dev.meridian.controlplane.apply.Operations.doom;
import static dev.meridian.controlplane.apply.Operations.manifest;
import static dev.meridian.controlplane.apply.Operations.mountBlob;
import static dev.meridian.controlplane.apply.Operations.put;
import static dev.meridian.controlplane.apply.Operations.removePlacement;
import static dev.meridian.controlplane.apply.Operations.renewLink;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.query.Copy;
import dev.meridian.controlplane.query.Lookup;
import dev.meridian.controlplane.query.Queries.BlobFound;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CommandRejection;
import dev.meridian.proto.log.RejectionCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobCommandsTest {

  private static final RegionId US = RegionId.parse("us");
  private static final RegionId EU = RegionId.parse("eu");

  @TempDir Path directory;
  private AppliedStore store;

  @BeforeEach
  void open() {
    store = new AppliedStore(directory);
  }

  @AfterEach
  void closeSoundStore() {
    store.checkInvariants();
    store.close();
  }

  @Test
  void linksACommittedBlobAndPlacesItsObject() {
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    assertThat(found("demo", "layer"))
        .hasValue(
            new BlobFound(
                "layer".length(),
                Map.of(US, new Copy("0/a", 0)),
                false,
                Collections.emptySortedSet()));
  }

  @Test
  void keepsThePlacementOfARegionAndDoomsTheSurplusObject() {
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    store.accepted(commitBlob("other", "layer", "us", "0/b"));
    store.accepted(commitBlob("other", "layer", "eu", "0/b"));
    assertThat(keys("other", "layer")).isEqualTo(Map.of(US, "0/a", EU, "0/b"));
    assertThat(doomed(US)).containsExactly("0/b");
    assertThat(doomed(EU)).isEmpty();
  }

  @Test
  void acceptsTheSameCommitAgain() {
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    store.accepted(commitBlob("demo", "layer", "us", "0/b"));
    store.accepted(commitBlob("demo", "layer", "us", "0/b"));
    assertThat(keys("demo", "layer")).isEqualTo(Map.of(US, "0/a"));
    assertThat(doomed(US)).containsExactly("0/b");
  }

  @Test
  void refusesACommitAfterTheEndOfItsSession() {
    store.passTime(100);
    store.accepted(commitBlob("demo", "layer", "us", "0/a", 100));
    store.passTime(1);
    store.rejected(RejectionCode.SESSION_EXPIRED, commitBlob("demo", "other", "us", "0/b", 100));
    assertThat(store.<List<String>>query(queries -> queries.orphans(US, List.of("0/a", "0/b"))))
        .containsExactly("0/b");
  }

  @Test
  void refusesADoomedObject() {
    store.accepted(doom("us", "0/a"));
    CommandRejection rejection =
        store.rejected(RejectionCode.OBJECT_DOOMED, commitBlob("demo", "layer", "us", "0/a"));
    assertThat(rejection.getSubjectsList()).containsExactly("0/a");
    assertThat(repositoryExists("demo")).isFalse();
  }

  @Test
  void aSurplusObjectThatWasDoomedDoesNotLinkTheBlobElsewhere() {
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    store.accepted(commitBlob("demo", "layer", "us", "0/b"));
    store.rejected(RejectionCode.OBJECT_DOOMED, commitBlob("other", "layer", "us", "0/b"));
  }

  @Test
  void refusesTheObjectOfAnotherBlob() {
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    store.rejected(RejectionCode.OBJECT_DOOMED, commitBlob("demo", "other", "us", "0/a"));
    store.accepted(commitBlob("demo", "other", "eu", "0/a"));
  }

  @Test
  void refusesAnotherSizeOfABlob() {
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    Command.Builder wrong = commitBlob("demo", "layer", "us", "0/b");
    wrong.getCommitBlobBuilder().setSize(99);
    store.rejected(RejectionCode.SIZE_INVALID, wrong);
  }

  @Test
  void mountsFromARepositoryThatLinksTheBlob() {
    store.accepted(commitBlob("base", "layer", "us", "0/a"));
    store.accepted(mountBlob("demo", "layer", "base"));
    assertThat(keys("demo", "layer")).isEqualTo(Map.of(US, "0/a"));
  }

  @Test
  void mountsFromAnyRepositoryWhenNoneIsNamed() {
    store.accepted(commitBlob("base", "layer", "us", "0/a"));
    store.accepted(mountBlob("demo", "layer", ""));
    store.accepted(deleteBlob("base", "layer"));
    assertThat(found("demo", "layer")).isPresent();
    assertThat(doomed(US)).isEmpty();
  }

  @Test
  void refusesToMountWhatTheRepositoryDoesNotLink() {
    store.accepted(commitBlob("base", "layer", "us", "0/a"));
    store.rejected(RejectionCode.BLOB_UNKNOWN, mountBlob("demo", "layer", "unknown"));
    store.rejected(RejectionCode.BLOB_UNKNOWN, mountBlob("demo", "other", "base"));
    store.rejected(RejectionCode.BLOB_UNKNOWN, mountBlob("demo", "other", ""));
    assertThat(repositoryExists("demo")).isFalse();
  }

  @Test
  void refusesToMountWhatNoRegionHolds() {
    store.accepted(commitBlob("base", "layer", "us", "0/a"));
    store.accepted(removePlacement("layer", "us", "0/a"));
    store.rejected(RejectionCode.BLOB_UNKNOWN, mountBlob("demo", "layer", "base"));
    store.accepted(commitBlob("base", "layer", "us", "0/b"));
    store.accepted(mountBlob("demo", "layer", "base"));
  }

  @Test
  void theLastDeletedLinkDoomsTheObjectsOfAllRegions() {
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    store.accepted(commitBlob("demo", "layer", "eu", "0/b"));
    store.accepted(deleteBlob("demo", "layer"));
    assertThat(found("demo", "layer")).isEmpty();
    assertThat(doomed(US)).containsExactly("0/a");
    assertThat(doomed(EU)).containsExactly("0/b");
    store.accepted(commitBlob("demo", "layer", "us", "0/c"));
  }

  @Test
  void refusesToDeleteABlobThatAManifestReferences() {
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    store.accepted(mountBlob("other", "layer", "demo"));
    store.accepted(put(manifest("demo", "m", blob("layer"))));
    CommandRejection rejection = store.rejected(RejectionCode.IN_USE, deleteBlob("demo", "layer"));
    assertThat(rejection.getSubjectsList()).containsExactly(digest("m").toString());
    store.accepted(deleteBlob("other", "layer"));
  }

  @Test
  void refusesToDeleteWhatIsNotThere() {
    store.rejected(RejectionCode.REPOSITORY_UNKNOWN, deleteBlob("demo", "layer"));
    store.accepted(Operations.createRepository("demo"));
    store.rejected(RejectionCode.BLOB_UNKNOWN, deleteBlob("demo", "layer"));
    store.rejected(RejectionCode.BLOB_UNKNOWN, renewLink("demo", "layer"));
    store.rejected(RejectionCode.REPOSITORY_UNKNOWN, renewLink("unknown", "layer"));
  }

  @Test
  void renewalIsDueInTheSecondHalfOfALife() {
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    store.passTime(AppliedStore.LINK_LIFE / 2 - 1);
    assertThat(renewalDue("demo", "layer")).isFalse();
    store.passTime(1);
    assertThat(renewalDue("demo", "layer")).isTrue();
    store.accepted(renewLink("demo", "layer"));
    assertThat(renewalDue("demo", "layer")).isFalse();
    store.passTime(AppliedStore.LINK_LIFE / 2);
    store.accepted(put(manifest("demo", "m", blob("layer"))));
    assertThat(renewalDue("demo", "layer")).isFalse();
  }

  @Test
  void collectsALinkWhoseLifeIsOver() {
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    store.passTime(AppliedStore.LINK_LIFE - 1);
    assertThat(store.expiredLinks()).isEmpty();
    store.passTime(1);
    store.accepted(collect(store.expiredLinks()));
    assertThat(found("demo", "layer")).isEmpty();
    assertThat(doomed(US)).containsExactly("0/a");
  }

  @Test
  void doesNotCollectALinkThatWasRenewedOrReferencedMeanwhile() {
    store.accepted(commitBlob("demo", "renewed", "us", "0/a"));
    store.accepted(commitBlob("demo", "referenced", "us", "0/b"));
    store.passTime(AppliedStore.LINK_LIFE);
    var expired = store.expiredLinks();
    assertThat(expired).hasSize(2);
    store.accepted(renewLink("demo", "renewed"));
    store.accepted(put(manifest("demo", "m", blob("referenced"))));
    store.accepted(collect(expired));
    assertThat(found("demo", "renewed")).isPresent();
    assertThat(found("demo", "referenced")).isPresent();
  }

  @Test
  void doesNotCollectBeforeTheTimeHasCome() {
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    store.passTime(AppliedStore.LINK_LIFE);
    var expired = store.expiredLinks();
    store.accepted(collect(List.of(expired.getFirst().toBuilder().setExpiresMs(1).build())));
    store.accepted(collect(List.of(expired.getFirst().toBuilder().setRepositoryId(99).build())));
    assertThat(found("demo", "layer")).isPresent();
  }

  @Test
  void aRenewalNeverShortensALife() {
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    store.apply(store.command(renewLink("demo", "layer")).toBuilder().setLinkLifeMs(10).build());
    store.passTime(AppliedStore.LINK_LIFE - 1);
    assertThat(store.expiredLinks()).isEmpty();
  }

  /** The objects that hold a blob, by region. */
  private Map<RegionId, String> keys(String repository, String content) {
    return found(repository, content).orElseThrow().placements().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, copy -> copy.getValue().objectKey()));
  }

  private Optional<BlobFound> found(String repository, String content) {
    return switch (store.query(
        queries -> queries.blob(RepositoryName.parse(repository), digest(content)))) {
      case Lookup.Found<BlobFound>(BlobFound blob) -> Optional.of(blob);
      case Lookup.Missing<BlobFound> missing -> Optional.empty();
    };
  }

  private boolean renewalDue(String repository, String content) {
    return found(repository, content).orElseThrow().renewalDue();
  }

  private boolean repositoryExists(String repository) {
    return store.read(view -> Repository.find(view, RepositoryName.parse(repository))).isPresent();
  }

  private List<String> doomed(RegionId region) {
    return store.query(queries -> queries.doomed(region, Duration.ZERO, "", 10)).items();
  }
}
