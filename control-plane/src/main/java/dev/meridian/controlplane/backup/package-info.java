/** Backups of a metadata server that runs, and how a new cluster begins with one. */
package dev.meridian.controlplane.backup;
