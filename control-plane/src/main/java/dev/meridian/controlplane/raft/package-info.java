/**
 * Replication: the store as a Raft state machine, commands through the log, barriers for reads. The
 * only package that imports Ratis.
 */
package dev.meridian.controlplane.raft;
