/** RocksDB behind typed tables. Knows no Raft but the position of the entries that it was given. */
package dev.meridian.controlplane.store;
