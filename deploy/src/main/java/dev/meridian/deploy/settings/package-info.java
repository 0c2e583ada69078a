/** The configuration file of a process: what may be written, and what it means. */
package dev.meridian.deploy.settings;
