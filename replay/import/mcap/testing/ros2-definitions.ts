// Message definitions as rosbag2 writes them into a tape's schemas (common_interfaces and rcl_interfaces, without comments).

const SEPARATOR = `\n${'='.repeat(80)}\n`
const PARTS: Readonly<Record<string, string>> = {
  'builtin_interfaces/Time': 'int32 sec\nuint32 nanosec',
  'std_msgs/Header': 'builtin_interfaces/Time stamp\nstring frame_id',
  'geometry_msgs/Vector3': 'float64 x\nfloat64 y\nfloat64 z',
  'geometry_msgs/Point': 'float64 x\nfloat64 y\nfloat64 z',
  'geometry_msgs/Quaternion': 'float64 x 0\nfloat64 y 0\nfloat64 z 0\nfloat64 w 1',
  'geometry_msgs/Pose': 'Point position\nQuaternion orientation',
  'geometry_msgs/PoseWithCovariance': 'Pose pose\nfloat64[36] covariance',
  'geometry_msgs/Twist': 'Vector3  linear\nVector3  angular',
  'geometry_msgs/TwistWithCovariance': 'Twist twist\nfloat64[36] covariance',
  'geometry_msgs/Transform': 'Vector3 translation\nQuaternion rotation',
  'geometry_msgs/TransformStamped': 'std_msgs/Header header\nstring child_frame_id\nTransform transform',
  'sensor_msgs/RegionOfInterest': 'uint32 x_offset\nuint32 y_offset\nuint32 height\nuint32 width\nbool do_rectify',
  'sensor_msgs/NavSatStatus':
    'int8 STATUS_NO_FIX = -1\nint8 STATUS_FIX = 0\nuint16 SERVICE_GPS = 1\nint8 status -2\nuint16 service',
}

const TIME = ['builtin_interfaces/Time']
const HEADER = ['std_msgs/Header', ...TIME]
const PLACE = ['geometry_msgs/Vector3', 'geometry_msgs/Quaternion']

const DEFINITIONS: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  'sensor_msgs/msg/CompressedImage': ['std_msgs/Header header\nstring format\nuint8[] data', HEADER],
  'sensor_msgs/msg/Image': [
    'std_msgs/Header header\nuint32 height\nuint32 width\nstring encoding\nuint8 is_bigendian\nuint32 step\nuint8[] data',
    HEADER,
  ],
  'foxglove_msgs/msg/CompressedVideo': [
    'builtin_interfaces/Time timestamp\nstring frame_id\nuint8[] data\nstring format',
    TIME,
  ],
  'sensor_msgs/msg/CameraInfo': [
    'std_msgs/Header header\nuint32 height\nuint32 width\nstring distortion_model\nfloat64[] d\nfloat64[9]  k\nfloat64[9]  r\nfloat64[12] p\nuint32 binning_x\nuint32 binning_y\nRegionOfInterest roi',
    [...HEADER, 'sensor_msgs/RegionOfInterest'],
  ],
  'tf2_msgs/msg/TFMessage': [
    'geometry_msgs/TransformStamped[] transforms',
    ['geometry_msgs/TransformStamped', ...HEADER, 'geometry_msgs/Transform', ...PLACE],
  ],
  'nav_msgs/msg/Odometry': [
    'std_msgs/Header header\nstring child_frame_id\ngeometry_msgs/PoseWithCovariance pose\ngeometry_msgs/TwistWithCovariance twist',
    [
      ...HEADER,
      'geometry_msgs/PoseWithCovariance',
      'geometry_msgs/Pose',
      'geometry_msgs/Point',
      'geometry_msgs/TwistWithCovariance',
      'geometry_msgs/Twist',
      ...PLACE,
    ],
  ],
  'sensor_msgs/msg/Imu': [
    'std_msgs/Header header\ngeometry_msgs/Quaternion orientation\nfloat64[9] orientation_covariance\ngeometry_msgs/Vector3 angular_velocity\nfloat64[9] angular_velocity_covariance\ngeometry_msgs/Vector3 linear_acceleration\nfloat64[9] linear_acceleration_covariance',
    [...HEADER, ...PLACE],
  ],
  'sensor_msgs/msg/NavSatFix': [
    'uint8 COVARIANCE_TYPE_UNKNOWN = 0\nstd_msgs/Header header\nNavSatStatus status\nfloat64 latitude\nfloat64 longitude\nfloat64 altitude\nfloat64[9] position_covariance\nuint8 position_covariance_type',
    [...HEADER, 'sensor_msgs/NavSatStatus'],
  ],
  'std_msgs/msg/String': ['string data', []],
}

/** The text of a schema record of encoding ros2msg. */
export const ros2Definition = (name: string): string => {
  const [text, parts] = DEFINITIONS[name]!
  return [text, ...parts.map((part) => `MSG: ${part}\n${PARTS[part]}`)].join(SEPARATOR)
}
