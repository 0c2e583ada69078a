package dev.meridian.node.blobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.node.blobs.file.FileBlobStore;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes nothing of what a store keeps, and counts it. */
class MeteredBlobStoreTest extends BlobStoreContract {

  @TempDir private Path root;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @Override
  protected BlobStore newStore() {
    return new MeteredBlobStore(new FileBlobStore(root), "filesystem", registry);
  }

  @Test
  void timesActionsUnderDistributionsName() throws Exception {
    BlobStore store = newStore();
    StoredObject object = appendAndComplete(store, store.begin(key), bytes(10));
    store.size(object.key());
    store.delete(object.key());
    assertThat(registry.scrape())
        .contains("registry_storage_action_seconds_count{action=\"Stat\",driver=\"filesystem\"} 1")
        .contains(
            "registry_storage_action_seconds_count{action=\"Commit\",driver=\"filesystem\"} 1")
        .contains(
            "registry_storage_action_seconds_bucket{action=\"Delete\",driver=\"filesystem\",le=\"0.005\"}");
  }
}
