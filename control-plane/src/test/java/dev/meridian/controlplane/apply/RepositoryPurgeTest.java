package dev.meridian.controlplane.apply;

import static dev.meridian.controlplane.apply.Operations.blob;
import static dev.meridian.controlplane.apply.Operations.child;
import static dev.meridian.controlplane.apply.Operations.commitBlob;
import static dev.meridian.controlplane.apply.Operations.deleteRepository;
import static dev.meridian.controlplane.apply.Operations.deleteTag;
import static dev.meridian.controlplane.apply.Operations.digest;
import static dev.meridian.controlplane.apply.Operations.manifest;
import static dev.meridian.controlplane.apply.Operations.mountBlob;
import static dev.meridian.controlplane.apply.Operations.purgeRepository;
import static dev.meridian.controlplane.apply.Operations.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.query.Lookup;
import dev.meridian.controlplane.query.Queries.Page;
import dev.meridian.controlplane.store.StoreDump;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.log.ExpiredLink;
import dev.meridian.proto.log.RejectionCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryPurgeTest {

  private static final RepositoryName DEMO = RepositoryName.parse("demo");
  private static final RegionId US = RegionId.parse("us");

  @TempDir Path directory;
  private AppliedStore store;

  @BeforeEach
  void open() {
    store = new AppliedStore(directory, new CommandApplier(RequestWindow.REVISIONS, 10));
  }

  @AfterEach
  void closeSoundStore() {
    store.checkInvariants();
    store.close();
  }

  @Test
  void theNameIsFreeAtOnce() {
    fill("demo");
    store.accepted(deleteRepository("demo"));
    store.checkInvariants();
    Page<RepositoryName> catalog = store.query(queries -> queries.repositories("", 10));
    assertThat(catalog.items()).isEmpty();
    assertThat(store.<Object>query(queries -> queries.tags(DEMO, "", 10)))
        .isInstanceOf(Lookup.Missing.class);
    store.rejected(RejectionCode.REPOSITORY_UNKNOWN, deleteRepository("demo"));
    store.rejected(RejectionCode.REPOSITORY_UNKNOWN, deleteTag("demo", "v1"));

    store.accepted(put(manifest("demo", "image").addTags("v9")));
    purgeAll(1);
    assertThat(store.<Object>query(queries -> queries.tags(DEMO, "", 10)))
        .asString()
        .contains("v9")
        .doesNotContain("v1");
  }

  @Test
  void clearsEveryRowByStepsOfBoundedSize() {
    List<String> before = content();
    fill("demo");
    store.accepted(deleteTag("demo", "v3"));
    store.accepted(deleteRepository("demo"));
    assertThat(purgeAll(1)).isGreaterThan(3);
    assertThat(content()).isEqualTo(before);
    Page<String> doomed = store.query(queries -> queries.doomed(US, Duration.ZERO, "", 100));
    assertThat(doomed.items()).containsExactly("0/config", "0/layer", "0/loose");
  }

  @Test
  void leavesOtherRepositoriesWhatTheyShare() {
    fill("demo");
    fill("demo2");
    store.accepted(mountBlob("kept", "loose", "demo"));
    List<String> before = StoreDump.of(store.db(), Set.of());
    store.accepted(deleteRepository("demo"));
    purgeAll(1);
    assertThat(store.read(view -> view.get(Tables.BLOBS, digest("layer"))).orElseThrow().getLinks())
        .isEqualTo(1);
    assertThat(
            store
                .read(view -> view.get(Tables.MANIFEST_BYTES, digest("image")))
                .orElseThrow()
                .getHolders())
        .isEqualTo(1);
    assertThat(rowsOf(before, "references")).hasSize(2 * rowsOf(dump(), "references").size());
    assertThat(rowsOf(dump(), "doomed")).isEmpty();
  }

  @Test
  void linksThatExpireMeanwhileMayBeCollectedFirst() {
    fill("demo");
    store.accepted(deleteRepository("demo"));
    store.passTime(2 * AppliedStore.LINK_LIFE);
    List<ExpiredLink> expired = store.expiredLinks();
    assertThat(expired).isNotEmpty();
    store.accepted(purgeRepository(1));
    store.accepted(Operations.collect(expired));
    store.checkInvariants();
    purgeAll(1);
    store.accepted(Operations.collect(expired));
  }

  @Test
  void aManifestIsClearedWithAllThatItReferences() {
    for (int i = 0; i < 20; i++) {
      store.accepted(commitBlob("demo", "layer" + i, "us", "0/" + i));
    }
    var large = manifest("demo", "large");
    for (int i = 0; i < 20; i++) {
      large.addReferences(blob("layer" + i));
    }
    store.accepted(put(large));
    store.accepted(deleteRepository("demo"));
    purgeAll(1);
    assertThat(rowsOf(dump(), "references")).isEmpty();
  }

  @Test
  void nothingHappensWhereNothingIsToBeCleared() {
    fill("demo");
    List<String> before = content();
    store.accepted(purgeRepository(1));
    store.accepted(purgeRepository(99));
    assertThat(content()).isEqualTo(before);
  }

  /** Tags, a manifest with a referrer, an index of it, and a blob that nothing references. */
  private void fill(String repository) {
    for (String content : List.of("config", "layer", "loose")) {
      store.accepted(commitBlob(repository, content, "us", "0/" + content));
    }
    store.accepted(
        put(
            manifest(repository, "image", blob("config"), blob("layer"))
                .addTags("v1")
                .addTags("v2")));
    store.accepted(put(manifest(repository, "index", child("image")).addTags("v2").addTags("v3")));
    store.accepted(put(manifest(repository, "signature").setSubject(child("image"))));
  }

  /** How many commands it took. */
  private int purgeAll(long repository) {
    int commands = 0;
    while (store.<Boolean>read(view -> view.contains(Tables.PURGES, repository))) {
      store.accepted(purgeRepository(repository));
      store.checkInvariants();
      commands++;
      assertThat(commands).isLessThan(100);
    }
    return commands;
  }

  private List<String> content() {
    return StoreDump.of(
        store.db(), Set.of(Tables.META, Tables.REQUESTS, Tables.REQUEST_ORDER, Tables.DOOMED));
  }

  private List<String> dump() {
    return StoreDump.of(store.db());
  }

  private static List<String> rowsOf(List<String> dump, String table) {
    return dump.stream().filter(line -> line.startsWith(table + " ")).toList();
  }
}
