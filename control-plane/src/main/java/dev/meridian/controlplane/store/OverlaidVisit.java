package dev.meridian.controlplane.store;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Map.Entry;
import java.util.NavigableMap;
import java.util.Optional;

/** Shows the rows of a store with those of an overlay merged in, in the order of their keys. */
final class OverlaidVisit {

  private final Iterator<Entry<byte[], Optional<byte[]>>> overlay;
  private final ReadView.RawVisitor visitor;
  private Entry<byte[], Optional<byte[]>> next;
  private boolean more = true;

  /** An empty value of the overlay hides the store's row. */
  OverlaidVisit(NavigableMap<byte[], Optional<byte[]>> overlay, ReadView.RawVisitor visitor) {
    this.overlay = overlay.entrySet().iterator();
    this.visitor = visitor;
    advance();
  }

  /** The store's next row; false ends the visit. */
  boolean baseRow(byte[] key, byte[] value) {
    while (more && next != null && Arrays.compareUnsigned(next.getKey(), key) < 0) {
      showOverlay();
    }
    if (more && next != null && Arrays.equals(next.getKey(), key)) {
      showOverlay();
    } else if (more) {
      more = visitor.visit(key, value);
    }
    return more;
  }

  /** The store has no further row. */
  void finish() {
    while (more && next != null) {
      showOverlay();
    }
  }

  private void showOverlay() {
    Optional<byte[]> value = next.getValue();
    if (value.isPresent()) {
      more = visitor.visit(next.getKey(), value.get());
    }
    advance();
  }

  private void advance() {
    next = overlay.hasNext() ? overlay.next() : null;
  }
}
