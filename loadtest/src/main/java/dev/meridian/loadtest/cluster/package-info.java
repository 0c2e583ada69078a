/** A Meridian of several regions on this machine, one process each, which can be made to suffer. */
package dev.meridian.loadtest.cluster;
