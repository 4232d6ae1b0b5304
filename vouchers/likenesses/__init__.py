"""Floor 2: two accounts that look like one person's, where a step needs two persons. The same person is refused by the
policies; who only looks like one goes on with a reason in words, and a coordinator looks at it afterwards."""
