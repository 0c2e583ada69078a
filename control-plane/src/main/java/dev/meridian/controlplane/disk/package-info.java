/**
 * A metadata server's directory: whose it is, how the server came into its group, and the database
 * in it that counts. Knows nothing of Ratis.
 */
package dev.meridian.controlplane.disk;
