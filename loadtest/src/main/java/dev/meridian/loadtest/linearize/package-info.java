/**
 * Decides whether what clients saw of one register has an order that explains it: linearizability
 * (Herlihy and Wing, 1990), by a search as in Lowe's "Testing for linearizability" (2017).
 */
package dev.meridian.loadtest.linearize;
