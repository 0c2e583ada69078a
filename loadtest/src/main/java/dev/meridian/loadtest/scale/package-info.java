/** Runs that show how a cluster behaves when it holds much. */
package dev.meridian.loadtest.scale;
