package dev.meridian.controlplane.store;

/** Signatures first. */
public final class ReadView implements AutoCloseable {
  ReadView() {}

  /** The revision of this state. */
  public long revision() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
