// Rules of html-validate for the report. A rule that is off has its reason here.
export default {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // The title begins with the one that the policy gives the release. The rule is about lists of search engines.
    "long-title": "off",
  },
};
