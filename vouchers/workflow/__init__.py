"""The one place where a step happens: state, permission, change, money, record and promises in one transaction."""
