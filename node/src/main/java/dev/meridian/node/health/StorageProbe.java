package dev.meridian.node.health;

import dev.meridian.node.blobs.BlobStore;

/** Whether this region's object storage takes, gives and deletes a small object. */
record StorageProbe(BlobStore store) implements Probe {
  @Override
  public void check() {
    store.probe();
  }
}
