/** Runs that show what a cluster promises while its regions and its network fail. */
package dev.meridian.loadtest.proof;
