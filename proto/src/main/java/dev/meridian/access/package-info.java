/** Who may do what: pure decisions, the same at a node and in apply. */
package dev.meridian.access;
