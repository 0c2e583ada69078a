/** The admin services of a metadata server, as the command line calls them. */
package dev.meridian.controlplane.cli.client;
