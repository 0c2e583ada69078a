package dev.meridian.controlplane.backup;

/** What is on disk in the course of a restore, in this order. */
enum RestoreStep {
  /** Nothing but a lock. */
  LOCKED,
  /** The files of the backup. */
  EXTRACTED,
  /** A store that begins a new cluster. */
  BEGUN,
  /** All of the directory, aside. */
  BUILT,
  /** The store is in its place. */
  STORE_MOVED,
  /** What says whose directory it is, too: it is restored. */
  RESTORED
}
