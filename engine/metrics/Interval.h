// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace millrace
{

/// In which the share lies with 95 % confidence, where so much of so many records was found: E. B. Wilson, "Probable
/// inference, the law of succession, and statistical inference", JASA 22 (1927). Both unknown without records.
struct Interval {
    double low = 0, high = 0;
};
Interval wilsonInterval(double share, std::int64_t records);

/// Likewise average precision, of so many records of the class that is looked for: it varies as a share of these does
/// (Boyd, Eng and Page 2013: "Area under the precision-recall curve: point estimates and confidence intervals", whose
/// binomial interval this is, made as Wilson's).
Interval averagePrecisionInterval(double value, std::int64_t positives);

/// Of an AUC over so many records of either class: by its standard error after J. A. Hanley and B. J. McNeil, "The
/// meaning and use of the area under a receiver operating characteristic (ROC) curve", Radiology 143 (1982).
Interval aucInterval(double auc, std::int64_t positives, std::int64_t negatives);

/// Of the mean of two shares that do not depend on each other, as the recalls of two classes: R. G. Newcombe, "Interval
/// estimation for the difference between independent proportions", Statistics in Medicine 17 (1998), method 10.
struct ShareOf {
    double share = 0;
    std::int64_t records = 0;
};
Interval meanInterval(const ShareOf& a, const ShareOf& b);

/// Of macro F1 by the delta method (Takahashi, Yamamoto, Kuchiba and Koyama 2022: "Confidence interval for
/// micro-averaged F1 and macro-averaged F1 scores"). matrix: [actual][predicted] of all records; `records`: how many
/// equal ones tell as much. Unknown without a matrix, and where nothing varies.
Interval macroF1Interval(double value, const std::vector<std::vector<double>>& matrix, std::int64_t records);

/// In which R² lies with 95 % confidence for these targets: of n squared errors the mean has by the central limit
/// theorem the relative standard error √((kurtosis − 1) / n), the kurtosis (fourth moment by the squared second) being
/// that of the errors around 0. That is the standard error of its logarithm (delta method: Wasserman 2004, "All of
/// Statistics", section 9.9), in which the interval is taken, so that no bound is above 1. Unknown where one is.
Interval r2Interval(double r2, double kurtosis, std::int64_t records);

} // namespace millrace
