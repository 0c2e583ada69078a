/** The deterministic core: from a state, a command and its position to an outcome and writes. */
package dev.meridian.controlplane.apply;
