/** A metadata server: its settings and wiring. */
package dev.meridian.controlplane;
