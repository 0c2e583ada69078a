/** What keeps a cluster together: sessions of nodes, duties of the leader, talk among servers. */
package dev.meridian.controlplane.cluster;
