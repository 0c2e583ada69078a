/** A command while it is applied, and what can become of it. */
package dev.meridian.controlplane.apply.command;
