/** What {@code meridianctl doctor} looks at. */
package dev.meridian.controlplane.cli.checks;
