/**
 * {@code meridianctl}: one class a noun, its verbs as methods. A client of the admin services,
 * which sees no server's insides.
 */
package dev.meridian.controlplane.cli;
