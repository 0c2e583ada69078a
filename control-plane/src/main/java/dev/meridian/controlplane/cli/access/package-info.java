/** The nouns of {@code meridianctl} that say who may do what. */
package dev.meridian.controlplane.cli.access;
