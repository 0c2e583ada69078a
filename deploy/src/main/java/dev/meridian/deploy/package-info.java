/** The assembled program: one launcher, its configuration file, and the cluster for development. */
package dev.meridian.deploy;
